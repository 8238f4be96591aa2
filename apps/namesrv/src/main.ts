// mqnamesrv: a name server with the options, files and words of 4.6.0's.
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { ExitCode, ServerProcess } from '@rocketmq-ts/launcher';
import { createNamesrv, type NamesrvConfig, namesrvConfigText, namesrvOptionsOf } from '@rocketmq-ts/namesrv';
import { Command, CommanderError } from 'commander';
import { loadConfig } from './load-config.ts';

interface Flags {
  readonly configFile?: string;
  readonly printConfigItem?: boolean;
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
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'mqnamesrv: ')) })
    .showHelpAfterError("See 'mqnamesrv -h'.")
    .parse([...args], { from: 'user' })
    .opts<Flags>();
}

async function serve(config: NamesrvConfig): Promise<void> {
  const { log } = await server.openLog('namesrv');
  for (const note of config.notes) {
    log.warn(note);
    process.stderr.write(`warning: ${note}\n`);
  }
  const namesrv = createNamesrv(createNodeEnv({ log }), namesrvOptionsOf(config));
  await namesrv.start();
  // Before it says that it is up: who reads that may stop it at once.
  server.stopOnSignal(() => namesrv.stop());
  const line = 'The Name Server boot success. serializeType=JSON';
  log.info(line);
  process.stdout.write(`${line}\n`);
}

const server = new ServerProcess('mqnamesrv', { stack: process.env['ROCKETMQ_DEBUG'] === '1' || process.argv.includes('--stack') });

async function main(): Promise<void> {
  try {
    const { configFile, printConfigItem } = parseFlags(process.argv.slice(2));
    const config = loadConfig(configFile);
    if (configFile !== undefined) process.stdout.write(`load config properties file OK, ${configFile}\n`);
    if (printConfigItem === true) process.stdout.write(namesrvConfigText(config));
    else await serve(config);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : ExitCode.usage;
    else server.fail(error);
  }
}

// Not awaited at the top: a script that starts from a code cache is no module.
void main();
