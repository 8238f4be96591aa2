// Command line and Ctrl-C of the two SDK benchmarks.
import { parseArgs } from 'node:util';

export interface SdkBenchmarkOptions {
  readonly quick: boolean;
  readonly rounds: number;
  readonly report: string | undefined;
  /** Contenders whose names contain one of these words; all without. */
  readonly only: readonly string[] | undefined;
}

/** Prints the help and leaves when asked to; complains and leaves with 2 when an option is wrong. */
export function readOptions(help: string, defaults: { readonly rounds: number }): SdkBenchmarkOptions {
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
    return { quick: values.quick, rounds, report: values.report, only: values.only?.split(',') };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}

