import { Command, CommanderError } from 'commander';

export interface Arguments {
  /** Broker and name server in one process, as `nx run broker:serve` starts them. */
  readonly serve: boolean;
  readonly configFile: string | undefined;
  readonly namesrvAddr: string | undefined;
  /** Print all settings, or the important ones, and end. */
  readonly print: 'all' | 'important' | undefined;
}

/** Asked for help, or said something impossible; what there was to print is printed. */
export class ArgumentsEnd extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('arguments');
    this.exitCode = exitCode;
  }
}

/** @throws ArgumentsEnd */
export function parseArguments(argv: readonly string[]): Arguments {
  const command = new Command('mqbroker')
    .description('Starts a broker. With the word serve: a broker and a name server in one process, for trying things out.')
    .argument('[serve]', 'broker and name server in one process')
    .option('-c, --configFile <file>', 'configuration: a .properties file with the keys of RocketMQ 4.6.0')
    .option('-n, --namesrvAddr <addresses>', "name servers, for example '192.168.0.1:9876;192.168.0.2:9876'")
    .option('-p, --printConfigItem', 'print all settings and end')
    .option('-m, --printImportantConfig', 'print the important settings and end')
    .helpOption('-h, --help', 'print this help and end')
    .allowExcessArguments(false)
    .exitOverride();
  try {
    command.parse([...argv], { from: 'user' });
    const [mode] = command.args;
    if (mode !== undefined && mode !== 'serve') command.error(`error: unknown word '${mode}'; there is only 'serve'`);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new ArgumentsEnd(error.exitCode === 0 ? 0 : 2);
  }
  const options = command.opts<{ configFile?: string; namesrvAddr?: string; printConfigItem?: boolean; printImportantConfig?: boolean }>();
  return {
    serve: command.args[0] === 'serve',
    configFile: options.configFile,
    namesrvAddr: options.namesrvAddr,
    print: options.printConfigItem === true ? 'all' : options.printImportantConfig === true ? 'important' : undefined,
  };
}
