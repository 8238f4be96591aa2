// mqnamesrv: a name server with the options, files and words of 4.6.0's.
//
// Exit codes: 0 stopped by a signal, or only printed; 1 could not start, or broke; 2 wrong options or configuration.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { RmqError } from '@rocketmq-ts/kernel';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { createNamesrv } from '@rocketmq-ts/namesrv';
import { Command, CommanderError } from 'commander';
import { openRollingLog, type RollingLog } from './rolling-log.ts';
import { loadSettings, type Settings, SettingsError } from './settings.ts';

const ExitCode = { failed: 1, usage: 2 } as const;

interface Flags {
  readonly configFile?: string;
  readonly printConfigItem?: boolean;
  readonly namesrvAddr?: string;
  readonly stack?: boolean;
}

function parseFlags(args: readonly string[]): Flags {
  return new Command('mqnamesrv')
    .description('RocketMQ name server')
    .option('-c, --configFile <file>', 'Name server config properties file')
    .option('-p, --printConfigItem', 'Print all config item')
    .option('-n, --namesrvAddr <addr>', 'Accepted as by 4.6.0; without effect on a name server')
    .option('--stack', 'Show where an error comes from (also ROCKETMQ_DEBUG=1)')
    .helpOption('-h, --help', 'Print help')
    .allowExcessArguments(false)
    .exitOverride()
    .parse([...args], { from: 'user' })
    .opts<Flags>();
}

let isStackWanted = process.env['ROCKETMQ_DEBUG'] === '1' || process.argv.includes('--stack');
let rollingLog: RollingLog | undefined;

/** One line for the operator; the log has the same, and the stack when the error is a defect of ours. */
function fail(error: unknown, exitCode: number): never {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`mqnamesrv: ${isStackWanted ? (stack ?? message) : message.replaceAll('\n', ' ')}\n`);
  rollingLog?.log.error('the name server ends', { error: error instanceof RmqError ? message : (stack ?? message) });
  rollingLog?.flush();
  process.exit(exitCode);
}

async function openLog(): Promise<RollingLog> {
  const folder = join(homedir(), 'logs', 'rocketmqlogs');
  try {
    return await openRollingLog({ folder, program: 'namesrv', level: isStackWanted ? 'debug' : 'info' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RmqError('LOG_FOLDER', `can't write logs to ${folder} (${code}); make it writable for this user, or set HOME`, { cause: error });
  }
}

async function serve({ options, withoutEffect }: Settings): Promise<void> {
  rollingLog = await openLog();
  const { log, flush } = rollingLog;
  process.on('uncaughtException', (error) => fail(error, ExitCode.failed));
  if (withoutEffect.length > 0) log.warn('settings without effect here', { keys: withoutEffect.join(' ') });
  const namesrv = createNamesrv(createNodeEnv({ log }), options);
  await namesrv.start();
  const line = 'The Name Server boot success. serializeType=JSON';
  log.info(line);
  process.stdout.write(`${line}\n`);

  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    log.info('stopping', { signal });
    await namesrv.stop();
    flush();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

// Whoever read our lines may be gone; that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
try {
  const { configFile, printConfigItem, stack } = parseFlags(process.argv.slice(2));
  isStackWanted ||= stack === true;
  const settings = loadSettings(configFile);
  if (configFile !== undefined) process.stdout.write(`load config properties file OK, ${configFile}\n`);
  if (printConfigItem === true) process.stdout.write([...settings.options.properties].map(([key, value]) => `${key}=${value}\n`).join(''));
  else await serve(settings);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : ExitCode.usage;
  else fail(error, error instanceof SettingsError ? ExitCode.usage : ExitCode.failed);
}
