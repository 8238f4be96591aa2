// Command line of the benchmarks in this folder.
import { parseArgs } from 'node:util';

export interface ScaleOptions {
  readonly quick: boolean;
  readonly rounds: number;
  readonly seconds: number;
  readonly report: string | undefined;
  /** Whether a contender of this name takes part. */
  readonly takesPart: (name: string) => boolean;
}

interface Defaults {
  readonly rounds: number;
  /** How long a load is measured. */
  readonly seconds: number;
  readonly quickSeconds: number;
}

/** Prints the help and leaves when asked to; says what is wrong and leaves with 2 when an option is. */
export function readOptions(help: string, defaults: Defaults): ScaleOptions {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        report: { type: 'string' },
        only: { type: 'string' },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      process.exit(0);
    }
    const { quick, report } = values;
    const rounds = wholeNumber('--rounds', values.rounds) ?? (quick ? 1 : defaults.rounds);
    const seconds = wholeNumber('--seconds', values.seconds) ?? (quick ? defaults.quickSeconds : defaults.seconds);
    const words = values.only?.toLowerCase().split(',');
    const takesPart = (name: string): boolean => words?.some((word) => name.toLowerCase().includes(word)) ?? true;
    return { quick, rounds, seconds, report, takesPart };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new Error(`${name}: a whole number from 1 on is needed, not '${text}'`);
  return Number(text);
}
