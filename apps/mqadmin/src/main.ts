// mqadmin: operators' commands, with the names, options and columns of 4.6.0, and exit codes that scripts can use.
import { AdminError, adminCommands, type AdminCommand, DefaultMQAdminExt, findAdminCommand } from '@rocketmq-ts/admin';
import { isMQError, MQBrokerError } from '@rocketmq-ts/client-core';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { Command, CommanderError, Option } from 'commander';

/** 0 done, 1 failed, 2 wrong usage, 3 not found, 4 a server could not be reached or did not answer in time. */
const ExitCode = { failed: 1, usage: 2, notFound: 3, noAnswer: 4 } as const;
const OF_KIND: Readonly<Record<AdminError['kind'], number>> = {
  USAGE: ExitCode.usage,
  NOT_FOUND: ExitCode.notFound,
  NO_ANSWER: ExitCode.noAnswer,
};
const OF_CODE: ReadonlyMap<string, number> = new Map([
  ['REMOTING_CONNECT', ExitCode.noAnswer],
  ['REMOTING_SEND_REQUEST', ExitCode.noAnswer],
  ['REMOTING_TIMEOUT', ExitCode.noAnswer],
  ['RMQ_OPTION', ExitCode.usage],
]);
/** TOPIC_NOT_EXIST, QUERY_NOT_FOUND */
const NOT_FOUND_CODES: ReadonlySet<number> = new Set([17, 22]);

const env = createNodeEnv({});
// Whoever reads our lines may have seen enough (`mqadmin topicList | head`).
process.stdout.on('error', () => process.exit(0));

function listCommands(): string {
  const lines = adminCommands.map(({ name, description }) => `   ${name.padEnd(20)} ${description}\n`);
  return `The most commonly used mqadmin commands are:\n${lines.join('')}\nSee 'mqadmin help <command>' for more information on a specific command.\n`;
}

function parserOf(command: AdminCommand): Command {
  const parser = new Command(`mqadmin ${command.name}`)
    .description(command.description)
    .helpOption('-h, --help', 'Print help')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, `mqadmin ${command.name}: `)) })
    .showHelpAfterError(`See 'mqadmin help ${command.name}'.`)
    .option('-n, --namesrvAddr <addr>', 'Name server address list, eg: 192.168.0.1:9876;192.168.0.2:9876 (default: NAMESRV_ADDR)');
  for (const { letter, long, description, takesValue, required } of command.options) {
    parser.addOption(new Option(`-${letter}, --${long}${takesValue ? ' <value>' : ''}`, description).makeOptionMandatory(required));
  }
  return parser;
}

async function run(command: AdminCommand, args: readonly string[]): Promise<void> {
  const parser = parserOf(command).parse([...args], { from: 'user' });
  const given = parser.opts<Record<string, string | boolean | undefined>>();
  const longOf = (letter: string) => command.options.find((option) => option.letter === letter)?.long ?? letter;
  const namesrvAddr = given['namesrvAddr'];
  if (typeof namesrvAddr !== 'string' && (process.env['NAMESRV_ADDR'] ?? '').trim() === '') {
    throw new AdminError('USAGE', 'No name server address, please set it: -n localhost:9876, or export NAMESRV_ADDR=localhost:9876');
  }
  await using admin = new DefaultMQAdminExt({ env, ...(typeof namesrvAddr === 'string' ? { namesrvAddr } : {}) });
  await command.run({
    admin,
    disk: env.disk,
    clock: env.clock,
    pause,
    option: (letter) => {
      const value = given[longOf(letter)];
      return typeof value === 'string' ? value.trim() : undefined;
    },
    flag: (letter) => given[longOf(letter)] === true,
    print: (text) => void process.stdout.write(text),
    warn: (text) => void process.stderr.write(`${text}\n`),
  });
}

/** Between repetitions Ctrl-C is the way to end with success. */
function pause(ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isOver: boolean) => {
      clearTimeout(timer);
      process.removeListener('SIGINT', interrupt);
      resolve(isOver);
    };
    const interrupt = () => end(false);
    const timer = setTimeout(() => end(true), ms);
    process.once('SIGINT', interrupt);
  });
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : ExitCode.usage;
  if (error instanceof AdminError) return OF_KIND[error.kind];
  if (error instanceof MQBrokerError) return NOT_FOUND_CODES.has(error.responseCode) ? ExitCode.notFound : ExitCode.failed;
  if (!isMQError(error)) return ExitCode.failed;
  return OF_CODE.get(error.code) ?? ExitCode.failed;
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '-h' || name === '--help' || (name === 'help' && rest.length === 0)) {
    process.stdout.write(listCommands());
    return 0;
  }
  const [wanted, commandArgs] = name === 'help' && rest[0] !== undefined ? [rest[0], ['-h']] : [name, rest];
  const command = findAdminCommand(wanted);
  if (command === undefined) {
    process.stderr.write(`The sub command ${wanted} not exist.\n\n${listCommands()}`);
    return ExitCode.usage;
  }
  try {
    await run(command, commandArgs);
    return 0;
  } catch (error) {
    // Commander has printed its own message.
    if (!(error instanceof CommanderError)) {
      const text = error instanceof Error ? (process.env['ROCKETMQ_DEBUG'] === '1' ? error.stack : error.message) : String(error);
      process.stderr.write(`mqadmin ${command.name}: ${text}\n`);
    }
    return exitCodeOf(error);
  }
}

process.exitCode = await main(process.argv.slice(2));
