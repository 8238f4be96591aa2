// What a run says about the tutorial's claim, in sentences. Every word that judges is chosen by a figure; nothing is known
// beforehand.
import { sameVariant } from '../sync-replication/plan.ts';
import type { ContenderFacts, Sample, SyncReplicationResults, Variant } from '../sync-replication/results.ts';
import {
  addedRoundTrip,
  addedShareOfRoundTrip,
  type ClosedLoad,
  closedLoads,
  costOfSync,
  headlineLoad,
  inFlightOf,
  isTuned,
  measured,
  otherVariants,
  roundTrip,
  sendsPerSecond,
  sidesOf,
  singleLoad,
  USUAL,
  usualSamples,
} from './analysis.ts';
import { agrees, doubts, type Figure, quote, quoteShort, REASONS } from './figure.ts';
import { addedMillis, millis, percent, perSecond } from './units.ts';

const CLAIM = 0.1;

/** What the run should have held to answer for Java as well. */
const EXPECTED: readonly { readonly title: string; readonly is: (facts: ContenderFacts) => boolean }[] = [
  { title: 'rocketmq-ts', is: ({ implementation }) => implementation === 'rocketmq-ts' },
  { title: 'Java 4.6.0 with its defaults', is: (facts) => isJava(facts, '4.6.0') && !isTuned(facts) },
  { title: 'Java 4.6.0 tuned', is: (facts) => isJava(facts, '4.6.0') && isTuned(facts) },
  { title: 'Java 5.3.3', is: (facts) => isJava(facts, '5.3.3') },
];
const isJava = ({ implementation, version }: ContenderFacts, wanted: string): boolean => implementation === 'java' && version.startsWith(wanted);

export const CLAIM_IN_WORDS =
  'The tutorial of RocketMQ 4.6.0 says that with synchronous double-write "performance" is about 10 % lower than with asynchronous replication, and that the RT of a single message is slightly higher. ' +
  'It does not say at which load, nor how much "slightly" is; here performance is sends per second, and up to 10 % is called slight.';

const ANSWERS = ['holds', 'does not hold', 'is not decided'] as const;
type Answer = (typeof ANSWERS)[number];

/** A paragraph for each contender, then of which of them each half of the claim is true. */
export function answerToTheClaim(results: SyncReplicationResults): readonly string[] {
  const samples = usualSamples(results);
  const many = headlineLoad(samples);
  const one = singleLoad(samples);
  const isMeasured = ({ name }: ContenderFacts): boolean => samples.some(({ contender }) => contender === name);
  const found = results.contenders.filter(isMeasured).map(({ name, description }) => ({ name, description, throughput: throughputOf(samples, name, many), single: singleOf(samples, name, one) }));
  const missing = results.contenders.some(({ implementation }) => implementation === 'remote') ? [] : EXPECTED.filter(({ is }) => !results.contenders.some((facts) => is(facts) && isMeasured(facts)));
  const halves = [
    { half: '"about 10 % lower"', answers: found.map(({ name, throughput }) => ({ name, answer: throughput.answer })) },
    { half: '"RT slightly higher"', answers: found.map(({ name, single }) => ({ name, answer: single.answer })) },
  ];
  return [
    ...found.map(({ name, description, throughput, single }) => `**${name}** (${description}). ${throughput.words} ${single.words}`),
    ...(found.length === 0 ? [] : [`So, as measured here: ${halves.map(({ half, answers }) => `${half} ${truth(answers)}`).join('; ')}.`]),
    ...(missing.length === 0
      ? []
      : [`Not measured in this run: ${listed(missing.map(({ title }) => title))}${results.machine.java === undefined ? ' (there was no JDK)' : ''}. Nothing is said about ${missing.length === 1 ? 'it' : 'them'}.`]),
  ];
}

interface HalfOfTheClaim {
  readonly words: string;
  readonly answer: Answer;
}

/** `holds for A and B, is not decided for C`. */
function truth(answers: readonly { readonly name: string; readonly answer: Answer }[]): string {
  const groups = ANSWERS.map((answer) => ({ answer, names: answers.filter((own) => own.answer === answer).map(({ name }) => name) }));
  return groups
    .filter(({ names }) => names.length > 0)
    .map(({ answer, names }) => `${answer} for ${listed(names)}`)
    .join(', ');
}

function throughputOf(samples: readonly Sample[], contender: string, load: ClosedLoad | undefined): HalfOfTheClaim {
  if (load === undefined) return { words: 'Its throughput was not measured.', answer: 'is not decided' };
  const { asynchronous, synchronous } = sidesOf(samples, { contender, variant: USUAL, load });
  const cost = costOfSync(asynchronous, synchronous);
  return { words: costSentence(cost, load, asynchronous, synchronous) + costElsewhere(samples, contender, load), answer: againstTheClaim(cost) };
}

function singleOf(samples: readonly Sample[], contender: string, load: ClosedLoad | undefined): HalfOfTheClaim {
  if (load === undefined) return { words: 'The RT of a single message was not measured.', answer: 'is not decided' };
  const { asynchronous, synchronous } = sidesOf(samples, { contender, variant: USUAL, load });
  const share = addedShareOfRoundTrip(asynchronous, synchronous, 'p50');
  return { words: singleSentence(addedRoundTrip(asynchronous, synchronous, 'p50'), share, asynchronous, synchronous), answer: againstTheClaim(share) };
}

function costSentence(cost: Figure | undefined, load: ClosedLoad, asynchronous: readonly Sample[], synchronous: readonly Sample[]): string {
  const at = `With ${inFlightOf(load)} sends in flight`;
  if (cost === undefined) return `${at} its throughput was not measured on both sides.`;
  const rates = `${quoteShort(measured(synchronous, sendsPerSecond), perSecond)} instead of ${quoteShort(measured(asynchronous, sendsPerSecond), perSecond)}`;
  return `${at}, waiting for the slave costs ${quote(cost, percent)} of its throughput (${rates}): ${heldAgainst(cost)}.`;
}

function heldAgainst(cost: Figure): string {
  const care = withCare(cost);
  switch (againstTheClaim(cost)) {
    case 'holds':
      return `${cost.marks.includes('no difference') ? 'no difference is shown' : 'no more than the tutorial says'}${care}`;
    case 'does not hold':
      return care === '' && cost.median >= 2 * CLAIM ? `${(cost.median / CLAIM).toFixed(1)} times what the tutorial says` : `more than the tutorial says${care}`;
    case 'is not decided':
      return care === '' ? 'about what the tutorial says; on which side of 10 % this run does not tell' : `the median is ${cost.median <= CLAIM ? 'within' : 'above'} the 10 %${care}`;
  }
}

function withCare(figure: Figure): string {
  const reasons = doubts(figure).map((mark) => REASONS[mark]);
  return reasons.length === 0 ? '' : `, but take it with care: ${reasons.join(', ')}`;
}

/** How it is with more and with fewer in flight. */
function costElsewhere(samples: readonly Sample[], contender: string, headline: ClosedLoad): string {
  const costs = closedLoads(samples)
    .filter((load) => load !== headline && load.bodyBytes === headline.bodyBytes && inFlightOf(load) > 1)
    .flatMap((load) => {
      const { asynchronous, synchronous } = sidesOf(samples, { contender, variant: USUAL, load });
      const cost = costOfSync(asynchronous, synchronous);
      return cost === undefined ? [] : [{ cost, load }];
    });
  if (costs.length === 0) return '';
  return ` At other loads: ${listed(costs.map(({ cost, load }) => `${quoteShort(cost, percent)} with ${inFlightOf(load)}`))} in flight.`;
}

function singleSentence(added: Figure | undefined, share: Figure | undefined, asynchronous: readonly Sample[], synchronous: readonly Sample[]): string {
  if (added === undefined || share === undefined) return 'The RT of a single message was not measured on both sides.';
  const [from, to] = [measured(asynchronous, roundTrip('p50')), measured(synchronous, roundTrip('p50'))];
  const verdict = share.marks.includes('no difference')
    ? 'no difference is shown'
    : { holds: 'slight', 'does not hold': 'not slight', 'is not decided': 'slight or not, this run does not tell' }[againstTheClaim(share)];
  return `A single message takes ${quoteShort(to, millis)} (p50) instead of ${quoteShort(from, millis)}: ${quote(added, addedMillis)}, or ${percent(share.median)} more (${verdict}${withCare(share)}).`;
}

function againstTheClaim(share: Figure | undefined): Answer {
  const within = share === undefined ? undefined : agrees(share, (n) => n <= CLAIM);
  return within === undefined ? 'is not decided' : within ? 'holds' : 'does not hold';
}

/** One item for each setting other than the usual one. */
export function otherSettings({ contenders, samples, haRoundTrips }: SyncReplicationResults): readonly string[] {
  return otherVariants(samples).map((variant) => {
    const own = samples.filter((sample) => sameVariant(sample.variant, variant));
    const many = headlineLoad(own);
    const one = singleLoad(own);
    const sentences = contenders.flatMap(({ name }) => {
      const parts: string[] = [];
      if (many !== undefined && inFlightOf(many) > 1) {
        const { asynchronous, synchronous } = sidesOf(samples, { contender: name, variant, load: many });
        const cost = costOfSync(asynchronous, synchronous);
        if (cost !== undefined) parts.push(`${quote(cost, percent)} of throughput with ${inFlightOf(many)} in flight`);
      }
      if (one !== undefined) {
        const { asynchronous, synchronous } = sidesOf(samples, { contender: name, variant, load: one });
        const added = addedRoundTrip(asynchronous, synchronous, 'p50');
        if (added !== undefined) parts.push(`${quote(added, addedMillis)} for a single message (p50)`);
      }
      return parts.length === 0 ? [] : [`${name}: ${parts.join(', ')}`];
    });
    return `**${describeVariant(variant)}**${limitOfALoop(variant, many, haRoundTrips)}. ${sentences.length === 0 ? 'Not measured on both sides.' : `Waiting for the slave costs ${sentences.join('; ')}.`}`;
  });
}

/** With a round trip to wait for, a closed loop is its own limit. */
function limitOfALoop({ delayMs, waitStoreMsgOk }: Variant, load: ClosedLoad | undefined, haRoundTrips: SyncReplicationResults['haRoundTrips']): string {
  if (delayMs === 0 || !waitStoreMsgOk || load === undefined) return '';
  const measuredMs = haRoundTrips?.find((own) => own.delayMs === delayMs)?.p50Ms;
  const roundTripMs = measuredMs ?? 2 * delayMs;
  return ` (a round trip of ${millis(roundTripMs * 1000)}${measuredMs === undefined ? '' : ' as measured'}, so that a closed loop of ${inFlightOf(load)} in flight cannot pass ${perSecond((inFlightOf(load) * 1000) / roundTripMs)}, whatever the broker)`;
}

export function describeVariant(variant: Variant): string {
  const words: string[] = [];
  if (variant.delayMs > 0) words.push(`${variant.delayMs} ms each way between master and slave`);
  if (variant.slaves !== USUAL.slaves) words.push(variant.slaves === 2 ? 'two slaves' : `${variant.slaves} slaves`);
  if (!variant.waitStoreMsgOk) words.push('WAIT=false');
  if (variant.masterFlush === 'SYNC_FLUSH') words.push(variant.slaveFlush === 'SYNC_FLUSH' ? 'SYNC_FLUSH on both sides' : 'SYNC_FLUSH on the master');
  else if (variant.slaveFlush === 'SYNC_FLUSH') words.push('SYNC_FLUSH on the slave');
  return words.length === 0 ? 'the usual setting' : words.join(', ');
}

export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
