// Whose brokers the benchmarks in this folder start, each on stores that they make themselves.
import { javaAvailable } from '@rocketmq-ts/testkit';
import { type Installation, java, rocketmqTs } from '../contenders/installations.ts';
import { say } from '../run/measurement.ts';

export interface Contender {
  readonly name: string;
  readonly installation: Installation;
}

export const OURS = 'rocketmq-ts';
export const JAVA = 'Java 4.6.0';

const CONTENDERS: Readonly<Record<string, Contender>> = { 'rocketmq-ts': { name: OURS, installation: rocketmqTs }, java: { name: JAVA, installation: java } };
/** As `--only` calls them. */
export const CONTENDER_WORDS = Object.keys(CONTENDERS);

/** Those who were chosen and can be started here. */
export function contendersOf(words: readonly string[]): readonly Contender[] {
  const chosen = CONTENDER_WORDS.filter((word) => words.includes(word)).map((word) => CONTENDERS[word] as Contender);
  const { available, reason } = javaAvailable();
  if (!available && chosen.some(({ name }) => name === JAVA)) say(`${JAVA} is left out: ${reason}\n`);
  return chosen.filter(({ name }) => name !== JAVA || available);
}
