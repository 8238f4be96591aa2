// The report of `benchmarks:sync-replication` as blocks, from its results alone.
import { sameVariant } from '../sync-replication/plan.ts';
import type { ContenderFacts, LoadShape, Sample, SyncReplicationResults, Variant } from '../sync-replication/results.ts';
import {
  addedShareOfRoundTrip,
  closedLoads,
  costOfSync,
  cpuUsPerSend,
  inFlightOf,
  isOurs,
  isTunedJava460,
  measured,
  openLoads,
  otherVariants,
  type Quantity,
  ratio,
  residentMiB,
  type Role,
  roundTrip,
  select,
  sendsPerSecond,
  sidesOf,
  USUAL,
  usualSamples,
} from './analysis.ts';
import { type Block, code, heading, list, paragraph, picture, type Picture, table, warning } from './document.ts';
import { MARKS, quote, quoteShort, RULES, signOf } from './figure.ts';
import { goalsOf } from './goals.ts';
import { describeFacts } from './machine.ts';
import type { Pictures } from './pictures.ts';
import { profileBlocks } from './profile-blocks.ts';
import { mebibytes, micros, millis, percent, perSecond, times } from './units.ts';
import { answerToTheClaim, CLAIM_IN_WORDS, describeVariant, otherSettings } from './words.ts';

export const TITLE = 'What synchronous replication costs';
const ROLES: readonly Role[] = ['ASYNC_MASTER', 'SYNC_MASTER'];

/** @param profiles flame graphs: those of the results' own profile, in the order of its processes, and others that are taken in */
export function reportOf(results: SyncReplicationResults, pictures: Pictures, profiles: { readonly own: readonly Picture[]; readonly others: readonly Picture[] }): readonly Block[] {
  return [
    heading(1, TITLE),
    ...results.incomplete.map((why) => warning(`this run is not complete: ${why}`)),
    ...(results.quick === true ? [warning('a quick run: its figures are indications only.')] : []),
    ...(results.commit.dirty ? [warning(`files differed from commit ${results.commit.id} when this was measured.`)] : []),
    ...answer(results),
    ...drawn(pictures.throughput),
    ...drawn(pictures.cost),
    ...goals(results),
    ...howToRead(results),
    ...throughput(results),
    ...drawn(pictures.rtInFlight),
    ...fixedRates(results),
    ...drawn(pictures.rtLoad),
    ...settings(results),
    ...failures(results),
    ...processorTime(results, profiles),
    ...conditions(results),
  ];
}

function answer(results: SyncReplicationResults): readonly Block[] {
  const words = answerToTheClaim(results);
  return [heading(2, 'Is it "about 10 % lower, and the RT slightly higher"?'), paragraph(CLAIM_IN_WORDS), ...(words.length === 0 ? [paragraph('This run has no figures.')] : words.map(paragraph))];
}

/** They are ours; a cluster of somebody else's has none. */
function goals(results: SyncReplicationResults): readonly Block[] {
  if (!results.contenders.some(isOurs)) return [];
  const rows = goalsOf(results).map(({ id, goal, figure, verdict, because }) => [id, goal, figure, `**${verdict}**${because === '' ? '' : `: ${because}`}`]);
  return [heading(2, 'Goals'), table(['goal', '', 'figure of rocketmq-ts', 'verdict'], rows)];
}

function howToRead({ rounds }: SyncReplicationResults): readonly Block[] {
  return [
    heading(2, 'How to read the figures'),
    paragraph(
      (rounds === 1 ? 'There was one round only, so nothing is known about spread. ' : `A figure is the median of up to ${rounds} rounds with the least and the greatest in brackets. `) +
        'Costs, differences and ratios are formed within each round first. ' +
        'Goals are decided by the middle half of the rounds, which must lie on one side; of figures marked ¹ all rounds must. Doubtful figures are not printed bare: "≈" stands before them, and behind them',
    ),
    list(MARKS.map((mark) => `${signOf(mark)} ${RULES[mark]}`)),
  ];
}

function throughput(results: SyncReplicationResults): readonly Block[] {
  const samples = usualSamples(results);
  const loads = closedLoads(samples);
  if (loads.length === 0) return [];
  return [
    heading(2, 'As much as goes: closed loop'),
    paragraph('So many sends are outstanding at all times, the next one leaves when one is answered. Asynchronous and synchronous replication to one slave, ASYNC_FLUSH on both sides.'),
    ...loads.flatMap((load) => [heading(3, describeLoad(load)), closedTable(results, USUAL, load)]),
  ];
}

function closedTable({ contenders, samples }: SyncReplicationResults, variant: Variant, load: LoadShape): Block {
  const tuned = contenders.find(isTunedJava460);
  const rows = rowsOf(contenders, samples, variant, load, ({ name }, role, own) => {
    const { asynchronous, synchronous } = sidesOf(samples, { contender: name, variant, load });
    const sync = role === 'SYNC_MASTER';
    return [
      quote(measured(own, sendsPerSecond), perSecond),
      sync ? quote(costOfSync(asynchronous, synchronous), percent) : '',
      sync && tuned !== undefined && tuned.name !== name ? quoteShort(ratio(own, select(samples, { contender: tuned.name, role, variant, load }), sendsPerSecond), times) : '',
      ...(['p50', 'p99', 'p999', 'p9999', 'max'] as const).map((key) => quoteShort(measured(own, roundTrip(key)), millis)),
      ofEachProcess(own, cpuUsPerSend, micros),
      ofEachProcess(own, residentMiB, mebibytes),
    ];
  });
  return table(['broker', 'role', 'sends/s', 'cost of sync', 'against tuned Java', 'RT p50', 'p99', 'p99.9', 'p99.99', 'max', 'CPU per send, master + slave', 'resident, master + slave'], rows);
}

function fixedRates(results: SyncReplicationResults): readonly Block[] {
  const samples = usualSamples(results);
  const loads = openLoads(samples);
  if (loads.length === 0) return [];
  const { contenders } = results;
  return [
    heading(2, 'At a fixed rate: open loop'),
    paragraph('Sends leave when they are due, answered or not, and RT counts from then: a broker that stands still is not spared the sends of that time. The rate is a share of what the broker itself reached with asynchronous replication.'),
    ...loads.flatMap((load) => [
      heading(3, describeLoad(load)),
      table(
        ['broker', 'role', 'offered', 'answered', 'RT p50', 'more than async', 'p99', 'more than async', 'p99.9', 'p99.99', 'max', 'CPU per send, master + slave'],
        rowsOf(contenders, samples, USUAL, load, ({ name }, role, own) => {
          const { asynchronous, synchronous } = sidesOf(samples, { contender: name, variant: USUAL, load });
          const more = (key: 'p50' | 'p99'): string => (role === 'SYNC_MASTER' ? quote(addedShareOfRoundTrip(asynchronous, synchronous, key), percent) : '');
          const rt = (key: keyof Sample['rt']): string => quoteShort(measured(own, roundTrip(key)), millis);
          return [
            quoteShort(measured(own, offered), perSecond),
            quote(measured(own, sendsPerSecond), perSecond),
            rt('p50'),
            more('p50'),
            rt('p99'),
            more('p99'),
            rt('p999'),
            rt('p9999'),
            rt('max'),
            ofEachProcess(own, cpuUsPerSend, micros),
          ];
        }),
      ),
    ]),
  ];
}

const offered: Quantity = ({ load }) => (load.kind === 'open' ? load.perSecond : Number.NaN);

function settings(results: SyncReplicationResults): readonly Block[] {
  const variants = otherVariants(results.samples);
  if (variants.length === 0) return [];
  return [
    heading(2, 'Over a network, and with other settings'),
    paragraph('The rest as above. Against the asynchronous master of the same setting, or of the usual one where it was not measured again.'),
    list(otherSettings(results)),
    ...variants.flatMap((variant) =>
      closedLoads(results.samples.filter((sample) => sameVariant(sample.variant, variant))).flatMap((load) => [
        heading(3, `${describeVariant(variant)}: ${describeLoad(load)}`),
        closedTable(results, variant, load),
      ]),
    ),
  ];
}

/** Two rows a contender; a role without samples has none. */
function rowsOf(
  contenders: readonly ContenderFacts[],
  samples: readonly Sample[],
  variant: Variant,
  load: LoadShape,
  cells: (contender: ContenderFacts, role: Role, own: readonly Sample[]) => readonly string[],
): readonly (readonly string[])[] {
  return contenders.flatMap((contender) =>
    ROLES.flatMap((role) => {
      const own = select(samples, { contender: contender.name, role, variant, load });
      return own.length === 0 ? [] : [[contender.name, role, ...cells(contender, role, own)]];
    }),
  );
}

function ofEachProcess(samples: readonly Sample[], quantity: (process: number) => Quantity, unit: (n: number) => string): string {
  const processes = Math.max(...samples.map((sample) => sample.processes.length));
  return Array.from({ length: processes }, (_, process) => quoteShort(measured(samples, quantity(process)), unit)).join(' + ');
}

function failures({ samples }: SyncReplicationResults): readonly Block[] {
  const failing = samples.filter(({ failed }) => failed > 0);
  if (failing.length === 0) return [];
  return [
    heading(2, 'Sends that failed'),
    list(
      failing.map(
        ({ contender, role, variant, load, round, failed, firstFailure }) =>
          `${contender}, ${role}, ${describeVariant(variant)}, ${describeLoad(load)}, round ${round + 1}: ${failed}${firstFailure === undefined ? '' : `, the first ${code(firstFailure)}`}`,
      ),
    ),
  ];
}

function processorTime({ profile }: SyncReplicationResults, { own, others }: Parameters<typeof reportOf>[2]): readonly Block[] {
  if (profile === undefined && others.length === 0) return [];
  return [
    heading(2, 'Where the processor time goes'),
    ...(profile === undefined ? [] : profileBlocks(profile, own)),
    ...others.flatMap((other) => [heading(3, other.title), picture(other)]),
  ];
}

function conditions({ startedAt, endedAt, command, commit, machine, rounds, warmUpSeconds, measureSeconds, pairWarmUpSeconds, haRoundTrips = [], contenders, samples }: SyncReplicationResults): readonly Block[] {
  const remote = contenders.some(({ implementation }) => implementation === 'remote');
  const minutes = (Date.parse(endedAt) - Date.parse(startedAt)) / 60_000;
  return [
    heading(2, 'How it was measured'),
    list([
      `Command: ${code(command, 400)}, ${startedAt} to ${endedAt}${Number.isFinite(minutes) ? ` (${minutes.toFixed(0)} min)` : ''}; ${samples.length} samples.`,
      `${rounds} round${rounds === 1 ? '' : 's'} of ${measureSeconds} s after ${warmUpSeconds} s of warm-up; asynchronous and synchronous, and one broker after the other, in turn and in the next round backwards (A-B-B-A)${remote ? '' : `; fresh programs and stores for each turn${pairWarmUpSeconds === undefined ? '' : `, loaded for ${pairWarmUpSeconds} s before anything is measured`}`}.`,
      `${remote ? 'Machine of the load generator' : 'Machine, shared by generator and brokers'}: ${describeFacts(machine)}`,
      ...(haRoundTrips.length === 0 ? [] : [`Round trips from master to slave, by a ping: ${haRoundTrips.map(({ delayMs, p50Ms }) => `${millis(p50Ms * 1000)} ${delayMs === 0 ? 'through loopback' : `with ${delayMs} ms put on each way`}`).join(', ')} (p50).`]),
      `rocketmq-ts at commit ${commit.id}${commit.dirty ? ' with changed files' : ''}.`,
      ...contenders.map(({ name, version, description }) => `**${name}** (${version}): ${description}`),
    ]),
    paragraph('[How to read this and how to repeat it](../README.md).'),
  ];
}

export function describeLoad(load: LoadShape): string {
  if (load.kind === 'open') return `${(load.shareOfAsyncMaximum * 100).toFixed(0)} % of the asynchronous maximum, ${load.bodyBytes} B`;
  const { connections, inFlight, bodyBytes } = load;
  return inFlightOf(load) === 1 ? `one at a time, ${bodyBytes} B` : `${connections} × ${inFlight} in flight, ${bodyBytes} B`;
}

function drawn(of: Picture | undefined): readonly Block[] {
  return of === undefined ? [] : [picture(of)];
}
