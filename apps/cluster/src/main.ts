// cluster up|status|down: the tutorial's name server and eleven brokers in one command.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { RmqError } from '@rocketmq-ts/kernel';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { ExitCode } from '@rocketmq-ts/launcher';
import { CommanderError } from 'commander';

import { type Arguments, parseArguments } from './arguments.ts';
import { down } from './down.ts';
import { membersOf } from './members.ts';
import { choosePlace } from './place.ts';
import { status } from './status.ts';
import { up } from './up.ts';

/** The top of the workspace, seen from `apps/cluster/{src,dist}`. */
const WORKSPACE = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

async function run({ action, mode, trace }: Arguments): Promise<number> {
  const workspace = WORKSPACE;
  const place = choosePlace(process.env, workspace);
  const allMembers = membersOf(workspace, { mode: undefined, trace: true });
  // What was started with --trace is stopped without the word too.
  const members = membersOf(workspace, { mode, trace: trace || action === 'down' });
  const printLine = (line: string): void => void process.stdout.write(`${line}\n`);
  if (action === 'status') return (await status({ env: createNodeEnv({}), workspace, place, members, print: (text) => void process.stdout.write(text) })) ? 0 : ExitCode.failed;
  if (action === 'down') await down({ workspace, members, allMembers, print: printLine });
  else await up({ workspace, place, members, allMembers, print: printLine, interruption: interruption() });
  return 0;
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}

try {
  process.exitCode = await run(parseArguments(process.argv.slice(2)));
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : ExitCode.usage;
  else {
    const isExpected = error instanceof RmqError || (error as NodeJS.ErrnoException).code !== undefined;
    const text = error instanceof Error ? (isExpected && process.env['ROCKETMQ_DEBUG'] !== '1' ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`cluster: ${text}\n`);
    process.exitCode = error instanceof RmqError && error.code === 'CONFIG' ? ExitCode.usage : ExitCode.failed;
  }
}
