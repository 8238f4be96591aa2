import { Command } from 'commander';

import { configurationKeptByNx } from './nx-configuration.ts';

export interface Arguments {
  /** Broker and name server in one process, as `nx run broker:serve` starts them. */
  readonly serve: boolean;
  readonly configFile: string | undefined;
  readonly namesrvAddr: string | undefined;
  /** Port of the name server inside this process. */
  readonly namesrvPort: number;
  /** Start in the place of a living broker of this name. */
  readonly takeover: boolean;
  /** Print all settings, or the important ones, and end. */
  readonly print: 'all' | 'important' | undefined;
}

interface Options {
  readonly configFile?: string;
  readonly namesrvAddr?: string;
  readonly namesrvPort: string;
  readonly takeover?: boolean;
  readonly printConfigItem?: boolean;
  readonly printImportantConfig?: boolean;
}

/** @throws CommanderError when help was asked for or the words make no sense; what there was to say is printed then */
export function parseArguments(argv: readonly string[]): Arguments {
  const command = new Command('mqbroker')
    .description('RocketMQ broker. With the word serve: a broker and a name server in one process, to try things out.')
    .argument('[serve]', 'broker and name server in one process')
    .option('-c, --configFile <file>', 'Broker config properties file')
    .option('-n, --namesrvAddr <addr>', "Name server address list, eg: '192.168.0.1:9876;192.168.0.2:9876'")
    .option('--namesrvPort <port>', 'Port of the name server of serve', '9876')
    .option('-p, --printConfigItem', 'Print all config item')
    .option('-m, --printImportantConfig', 'Print important config item')
    .option('--takeover', 'Move a broker here: start although one of this name and id, or one of this name in another cluster, is alive. Stop that one right after')
    .option('--stack', 'Show where an error comes from (also ROCKETMQ_DEBUG=1)')
    .helpOption('-h, --help', 'Print help')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'mqbroker: ')) })
    .showHelpAfterError("See 'mqbroker -h'.")
    .parse([...argv], { from: 'user' });
  const [mode] = command.args;
  if (mode !== undefined && mode !== 'serve') command.error(`error: unknown word '${mode}'; there is only 'serve'`);
  const { configFile, namesrvAddr, namesrvPort, takeover = false, printConfigItem, printImportantConfig } = command.opts<Options>();
  if (!/^\d{1,5}$/.test(namesrvPort) || Number(namesrvPort) < 1 || Number(namesrvPort) > 65_535) command.error(`error: '${namesrvPort}' is not a port`);
  const print = printConfigItem === true ? 'all' : printImportantConfig === true ? 'important' : undefined;
  const serve = mode === 'serve';
  return {
    serve,
    configFile: configFile ?? (serve ? configurationKeptByNx() : undefined),
    namesrvAddr,
    namesrvPort: Number(namesrvPort),
    takeover,
    print,
  };
}
