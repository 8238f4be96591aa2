import { parseArgs } from 'node:util';

export interface SendOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Ids of scenarios; undefined: all. */
  readonly only: readonly string[] | undefined;
  /** Names of contenders; undefined: all. */
  readonly contenders: readonly string[] | undefined;
  readonly report: string | undefined;
}

interface Usual {
  readonly seconds: number;
  readonly quickSeconds: number;
}

export class UsageError extends Error {}

/** @throws UsageError that says what is wrong and what there is */
export function parseSendOptions(argv: readonly string[], scenarios: readonly string[], contenders: readonly string[], usual: Usual = { seconds: 10, quickSeconds: 2 }): SendOptions | 'help' {
  const flags = parse(argv);
  if (flags.help) return 'help';
  const count = (name: string, text: string | undefined, otherwise: number, whole: boolean): number => {
    const value = text === undefined ? otherwise : Number(text);
    if (!(value > 0) || (whole && !Number.isInteger(value))) throw new UsageError(`--${name} ${text}: a ${whole ? 'whole ' : ''}number above 0`);
    return value;
  };
  return {
    rounds: count('rounds', flags.rounds, flags.quick ? 1 : 3, true),
    seconds: count('seconds', flags.seconds, flags.quick ? usual.quickSeconds : usual.seconds, false),
    only: chosen('only', flags.only, scenarios),
    contenders: chosen('contenders', flags.contenders, contenders),
    report: flags.report,
  };
}

function chosen(name: string, text: string | undefined, known: readonly string[]): string[] | undefined {
  const names = text?.split(',').map((one) => one.trim());
  const strange = names?.find((one) => !known.includes(one));
  if (strange !== undefined) throw new UsageError(`--${name} ${strange}: some of ${known.join(',')}`);
  return names;
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const args = argv.filter((argument) => argument !== '--');
    return parseArgs({ args, options: { help: flag, quick: flag, rounds: text, seconds: text, only: text, contenders: text, report: text } }).values;
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
}
