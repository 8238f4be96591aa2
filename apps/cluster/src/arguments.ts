import { Command, Option } from 'commander';

import { MODES, type Mode } from './members.ts';

export type Action = 'up' | 'status' | 'down';

export interface Arguments {
  readonly action: Action;
  /** Undefined: all four. */
  readonly mode: Mode | undefined;
  /** With broker-trace, which is not one of the eleven. */
  readonly trace: boolean;
}

const ABOUT: Readonly<Record<Action, string>> = {
  up: 'Start the name server and the brokers that do not run yet; returns when all are registered',
  status: 'Show what is registered, which processes run, and where their data and logs are',
  down: 'Stop what up has started, by process id, and nothing else',
};
const PLACES = `
Data goes to $ROCKETMQ_DATA; else to /data/rocketmq, as the files in conf/ say; where that can't be written, to data/ in
this workspace. Logs lie in logs/ below it, one folder for each server.
Exit codes: 0 done; 1 failed, or (status) not all of it runs; 2 wrong options.
`;

/** @throws CommanderError when help was asked for or the words make no sense; what there was to say is printed then */
export function parseArguments(argv: readonly string[]): Arguments {
  let parsed: Arguments | undefined;
  const program = new Command('cluster')
    .description("The tutorial's four modes on this machine: one name server, eleven brokers.")
    .helpOption('-h, --help', 'Print help')
    .helpCommand(false)
    .addHelpText('after', PLACES)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'cluster: ')) });
  for (const action of ['up', 'status', 'down'] as const) {
    program
      .command(action)
      .description(ABOUT[action])
      .addOption(new Option('--mode <mode>', 'Only the brokers of one mode').choices(MODES))
      .option('--trace', 'With broker-trace, a third broker of 2m-noslave for message traces')
      .helpOption('-h, --help', 'Print help')
      .addHelpText('after', PLACES)
      .allowExcessArguments(false)
      .showHelpAfterError(`See 'cluster ${action} --help'.`)
      .action((options: { readonly mode?: Mode; readonly trace?: boolean }) => {
        parsed = { action, mode: options.mode, trace: options.trace === true };
      });
  }
  program.parse([...argv], { from: 'user' });
  return parsed ?? program.help({ error: true });
}
