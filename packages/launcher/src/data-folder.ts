import { resolve } from 'node:path';

/**
 * ROCKETMQ_DATA as an absolute path, undefined when it is not set: the folder in which servers keep their data instead
 * of the home folder, and of /data/rocketmq in the tutorial's files.
 */
export function dataFolderOf(env: NodeJS.ProcessEnv): string | undefined {
  const folder = env['ROCKETMQ_DATA']?.trim() ?? '';
  return folder === '' ? undefined : resolve(folder);
}
