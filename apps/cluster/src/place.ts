/** Where the clusters keep data, logs and the note of what was started. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { dataFolderOf } from '@rocketmq-ts/launcher';

export const TUTORIAL_FOLDER = '/data/rocketmq';

export interface Place {
  readonly dataFolder: string;
  /** Why there, when it is not where the files say; for the operator. */
  readonly because: string | undefined;
}

/** $ROCKETMQ_DATA, else /data/rocketmq, else the git-ignored folder that `broker:serve` uses too. */
export function choosePlace(env: NodeJS.ProcessEnv, workspace: string, isWritable: (folder: string) => boolean = canWrite): Place {
  const named = dataFolderOf(env);
  if (named !== undefined) return { dataFolder: named, because: 'ROCKETMQ_DATA' };
  if (isWritable(TUTORIAL_FOLDER)) return { dataFolder: TUTORIAL_FOLDER, because: undefined };
  return { dataFolder: join(workspace, 'data'), because: `${TUTORIAL_FOLDER} can't be written; export ROCKETMQ_DATA=FOLDER names another place` };
}

export function logFolderOf(dataFolder: string, server: string): string {
  return join(dataFolder, 'logs', server);
}

/** Whether the folder, or the nearest above it that exists, can be written. */
function canWrite(folder: string): boolean {
  if (!existsSync(folder)) return folder !== dirname(folder) && canWrite(dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
