// Command line of the benchmarks.
import { parseArgs } from 'node:util';

/** What a benchmark may be asked, and what is so where nobody asks. */
export interface Asked<Count extends string, List extends string> {
  /** How often is measured; once with --quick. */
  readonly rounds: number;
  /** How long is measured; left out: there is no --seconds. */
  readonly seconds?: number;
  readonly quickSeconds?: number;
  /** Seconds need not be whole. */
  readonly fractions?: boolean;
  /** Further whole numbers, by their flags. */
  readonly counts?: Readonly<Record<Count, number>>;
  /** Words to choose from, by their flags; all of them where nobody chooses. */
  readonly lists?: Readonly<Record<List, readonly string[]>>;
}

export type Options<Count extends string = never, List extends string = never> = {
  readonly quick: boolean;
  readonly rounds: number;
  /** NaN where there is no --seconds. */
  readonly seconds: number;
  /** File for the report; undefined: standard output. */
  readonly report: string | undefined;
} & Readonly<Record<Count, number>> &
  Readonly<Record<List, readonly string[]>>;

/** Prints the help and leaves when asked to; says what is wrong and leaves with 2 when an option is. */
export function readOptions<Count extends string = never, List extends string = never>(help: string, asked: Asked<Count, List>): Options<Count, List> {
  try {
    const options = parseOptions(process.argv.slice(2), asked);
    if (options !== 'help') return options;
    process.stdout.write(help);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}

/** @throws Error that says what is wrong and what there is */
export function parseOptions<Count extends string = never, List extends string = never>(argv: readonly string[], asked: Asked<Count, List>): Options<Count, List> | 'help' {
  const { seconds: usualSeconds = Number.NaN, quickSeconds = usualSeconds, fractions = false } = asked;
  const counts = Object.entries<number>(asked.counts ?? {});
  const lists = Object.entries<readonly string[]>(asked.lists ?? {});
  const texts = ['rounds', 'report', ...(asked.seconds === undefined ? [] : ['seconds']), ...[...counts, ...lists].map(([name]) => name)];
  const { help, quick, values } = flagsOf(argv, texts);
  if (help) return 'help';
  return {
    quick,
    rounds: wholeNumber('rounds', values['rounds']) ?? (quick ? 1 : asked.rounds),
    seconds: (fractions ? number : wholeNumber)('seconds', values['seconds']) ?? (quick ? quickSeconds : usualSeconds),
    report: values['report'],
    ...Object.fromEntries(counts.map(([name, usual]) => [name, wholeNumber(name, values[name]) ?? usual])),
    ...Object.fromEntries(lists.map(([name, known]) => [name, chosen(name, values[name], known) ?? known])),
  } as Options<Count, List>;
}

function flagsOf(argv: readonly string[], texts: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const options = { ...Object.fromEntries(texts.map((name) => [name, { type: 'string' as const }])), help: flag, quick: flag };
  // nx and npm may hand `--` on.
  const { help, quick, ...values } = parseArgs({ args: argv.filter((argument) => argument !== '--'), options }).values;
  return { help: help === true, quick: quick === true, values: values as Readonly<Record<string, string | undefined>> };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new Error(`--${name}: a whole number from 1 on is needed, not '${text}'`);
  return Number(text);
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9]{1,6}(\.[0-9]+)?$/.test(text) || Number(text) === 0) throw new Error(`--${name}: a number above 0 is needed, not '${text}'`);
  return Number(text);
}

function chosen(name: string, text: string | undefined, known: readonly string[]): readonly string[] | undefined {
  const words = text?.split(',').map((word) => word.trim());
  const strange = words?.find((word) => !known.includes(word));
  if (strange !== undefined) throw new Error(`--${name}: there is no '${strange}'; there is ${known.join(', ')}`);
  return words;
}
