// Command line and Ctrl-C of the two SDK benchmarks.
import { parseArgs } from 'node:util';

export interface SdkBenchmarkOptions {
  readonly quick: boolean;
  readonly rounds: number;
  readonly report: string | undefined;
  /** What is to be measured, by its word on the command line. */
  readonly only: readonly string[];
}

/** Prints the help and leaves when asked to; complains and leaves with 2 when an option is wrong. */
export function readOptions(help: string, defaults: { readonly rounds: number; readonly only: readonly string[] }): SdkBenchmarkOptions {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        report: { type: 'string' },
        only: { type: 'string' },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      process.exit(0);
    }
    const rounds = values.rounds === undefined ? (values.quick ? 1 : defaults.rounds) : Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds: a whole number from 1 on is needed, not ${values.rounds}`);
    const only = values.only?.split(',') ?? defaults.only;
    const unknown = only.find((word) => !defaults.only.includes(word));
    if (unknown !== undefined) throw new Error(`--only: there is ${defaults.only.join(', ')}, but no ${JSON.stringify(unknown)}`);
    return { quick: values.quick, rounds, report: values.report, only };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}

/** After Ctrl-C the run goes to its end at once, and what was measured is still written; a second one leaves. */
export class Interruption {
  #signals = 0;

  constructor() {
    process.on('SIGINT', () => {
      this.#signals += 1;
      // The first one comes twice: programs started here are ended first, by whoever started them, who then sends it again.
      if (this.#signals > 2) process.exit(130);
    });
  }

  get hasCome(): boolean {
    return this.#signals > 0;
  }
}
