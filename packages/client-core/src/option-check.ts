/**
 * Options are checked when the object is made: a wrong type, a value out of range and a misspelt name are errors with
 * the option's name, never silent defaults.
 */
import { MQClientError } from './errors.ts';
import { describeValue } from './names.ts';

/** What is wrong with the value, in words; undefined when nothing is. */
export type OptionRule = (value: unknown) => string | undefined;

export const rules = {
  integer:
    (min: number, max: number): OptionRule =>
    (value) =>
      Number.isInteger(value) && (value as number) >= min && (value as number) <= max ? undefined : `a whole number in [${min}, ${max}] is needed`,
  flag: ((value) => (typeof value === 'boolean' ? undefined : 'true or false is needed')) as OptionRule,
  text: ((value) => (typeof value === 'string' && value.trim() !== '' ? undefined : 'a non-blank string is needed')) as OptionRule,
  func: ((value) => (typeof value === 'function' ? undefined : 'a function is needed')) as OptionRule,
  object: ((value) => (typeof value === 'object' && value !== null ? undefined : 'an object is needed')) as OptionRule,
  oneOf:
    (values: readonly string[]): OptionRule =>
    (value) =>
      values.includes(value as string) ? undefined : `one of ${values.join(', ')} is needed`,
  /** Checked elsewhere, with an error of its own. */
  any: (() => undefined) as OptionRule,
};

/** @throws MQClientError RMQ_OPTION naming the option, with the nearest known name for an unknown one */
export function checkOptions(what: string, given: unknown, known: Readonly<Record<string, OptionRule>>): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new MQClientError('RMQ_OPTION', `${what}: an object of options is needed, not ${describeValue(given)}`);
  }
  for (const [name, value] of Object.entries(given)) {
    const rule = Object.hasOwn(known, name) ? known[name] : undefined;
    if (rule === undefined) throw unknownOption(what, name, Object.keys(known));
    if (value === undefined) continue;
    const problem = rule(value);
    if (problem !== undefined) throw new MQClientError('RMQ_OPTION', `${what}: ${name}: ${problem}, not ${describeValue(value)}`);
  }
}

function unknownOption(what: string, name: string, known: readonly string[]): MQClientError {
  const nearest = nearestName(name, known);
  return new MQClientError('RMQ_OPTION', `${what}: there is no option '${name}'`, {
    hint: nearest === undefined ? `Known options: ${known.join(', ')}` : `Did you mean '${nearest}'?`,
  });
}

/** The known name with the fewest edits, if that is few enough to be a slip. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
