// Whether the goals of sending are met, from the samples alone.
import { type Figure, figureOf, quote } from '../report/figure.ts';
import { decide } from '../report/goals.ts';
import { mebibytes, millis, times } from '../report/units.ts';
import type { SendSample, Value } from './samples.ts';

export interface GoalRow {
  readonly id: string;
  readonly goal: string;
  readonly figure: string;
  readonly outcome: string;
}

const OURS = 'rocketmq-ts';
const JAVA = ['Java 4.6.0', 'Java 4.6.0 tuned'];
const TUNED = ['Java 4.6.0 tuned'];
const NATS = ['NATS JetStream'];
const BARE = ['bare Node loop'];
const P1_SCENARIOS = ['async-4x16-128', 'async-16x64-128', 'async-4x16-1k', 'async-16x64-1k'];
/** For how long P3 asks for the longest RT. */
const MAX_SECONDS = 60;

const tps: Value = (sample) => sample.sendsPerSecond;
const cpu: Value = (sample) => sample.cpuUsPerSend;
const rt = (key: 'p50' | 'p99' | 'max'): Value => (sample) => sample.rt[key];

export function goalRows(samples: readonly SendSample[]): GoalRow[] {
  const shapes = ['4 × 16', '16 × 64', '4 × 16', '16 × 64'];
  const least = [4, 2.5, 4, 2.5];
  const p1 = P1_SCENARIOS.flatMap((scenario, at) => {
    const what = `${shapes[at]}, ${at < 2 ? '128 B' : '1 KiB'}`;
    const atLeast = (id: string, against: readonly string[], name: string, target: number): GoalRow =>
      row(id, `sends/s at ${what}: at least ${target} × ${name}`, ratio(samples, scenario, against, tps, 'most'), 'at least', target, times);
    return [
      atLeast('P1', JAVA, 'Java, the better of default and tuned', least[at] as number),
      atLeast('P1', NATS, 'NATS JetStream', 1.2),
      atLeast('P1', BARE, 'the bare loop', 0.8),
      row('P2', `CPU per send at ${what}: at most 0.35 × Java`, ratio(samples, scenario, JAVA, cpu, 'least'), 'at most', 0.35, times),
    ];
  });
  const one = 'async-1x1-128';
  const alone = (key: 'p50' | 'p99' | 'max', target: number): GoalRow =>
    row('P3', `RT one at a time, ${key}: at most ${target} × Java`, ratio(samples, one, JAVA, rt(key), 'least'), 'at most', target, times);
  return [
    ...p1,
    alone('p50', 1),
    alone('p99', 0.7),
    ofEnoughTime(samples, one, alone('max', 0.2)),
    row('P5', 'sends/s with SYNC_FLUSH at 4 × 16: at least 3 × tuned Java', ratio(samples, 'sync-4x16-128', TUNED, tps, 'most'), 'at least', 3, times),
    failedRow(samples),
    row('P5', 'RT p50 with SYNC_FLUSH one at a time, less the disk’s own fdatasync p50: at most 0.1 ms', overDisk(samples), 'at most', 100, millis),
    row('P15', 'resident memory idle: at most 90 MiB', figureOf(own(samples).map((sample) => sample.idleMiB)), 'at most', 90, mebibytes),
    row('P15', 'resident memory under the load of P1: at most 200 MiB', loadedMemory(samples), 'at most', 200, mebibytes),
  ];
}

export function goalTable(samples: readonly SendSample[]): string {
  const rows = goalRows(samples).map(({ id, goal, figure, outcome }) => `| ${id} | ${goal} | ${figure} | ${outcome} |`);
  return ['| goal | what | this run | met |', '|---|---|---|---|', ...rows].join('\n');
}

function row(id: string, goal: string, figure: Figure | undefined, kind: 'at least' | 'at most', target: number, unit: (n: number) => string): GoalRow {
  const { verdict, because } = decide(figure, { kind, target, unit });
  return { id, goal, figure: quote(figure, unit), outcome: verdict === 'met' ? 'yes' : `**${verdict}**${because === '' ? '' : `: ${because}`}` };
}

function own(samples: readonly SendSample[]): SendSample[] {
  return samples.filter(({ contender }) => contender === OURS);
}

/**
 * Ours to the best of the others, round by round: what disturbs one round disturbs both. Doubtful where sends failed at one of the
 * two that are compared.
 */
export function ratio(samples: readonly SendSample[], scenario: string, against: readonly string[], value: Value, best: 'most' | 'least'): Figure | undefined {
  const here = samples.filter((sample) => sample.scenario === scenario);
  const pairs = own(here).flatMap((ours) => {
    const others = here.filter(({ round, contender }) => round === ours.round && against.includes(contender));
    const [rival] = others.sort((a, b) => (best === 'most' ? value(b) - value(a) : value(a) - value(b)));
    return rival === undefined ? [] : [{ ours, rival }];
  });
  const failed = pairs.some(({ ours, rival }) => ours.failed + rival.failed > 0);
  return figureOf(pairs.map(({ ours, rival }) => value(ours) / value(rival)), failed ? new Set(['failed sends']) : new Set());
}

/** The most that a process had in any load of P1, round by round. */
function loadedMemory(samples: readonly SendSample[]): Figure | undefined {
  const loaded = own(samples).filter(({ scenario }) => P1_SCENARIOS.includes(scenario));
  const most = new Map<number, number>();
  for (const { round, loadedMiB } of loaded) most.set(round, Math.max(most.get(round) ?? 0, loadedMiB));
  return figureOf([...most.values()]);
}

function ofEnoughTime(samples: readonly SendSample[], scenario: string, goal: GoalRow): GoalRow {
  const measured = Math.min(...samples.filter((sample) => sample.scenario === scenario).map(({ measuredSeconds }) => measuredSeconds));
  if (!Number.isFinite(measured) || measured >= MAX_SECONDS * 0.99) return goal;
  return { ...goal, outcome: `${goal.outcome} (asked for ${MAX_SECONDS} s, measured ${measured.toFixed(0)} s)` };
}

function failedRow(samples: readonly SendSample[]): GoalRow {
  const synced = own(samples).filter(({ scenario }) => scenario === 'sync-4x16-128');
  const failed = synced.reduce((sum, sample) => sum + sample.failed, 0);
  const first = synced.find(({ firstFailure }) => firstFailure !== undefined)?.firstFailure;
  const goal = 'no failed send with SYNC_FLUSH at 4 × 16';
  if (synced.length === 0) return { id: 'P5', goal, figure: 'not measured', outcome: '**not decided**' };
  return { id: 'P5', goal, figure: `${failed} failed`, outcome: failed === 0 ? 'yes' : `**not met**: ${first}` };
}

function overDisk(samples: readonly SendSample[]): Figure | undefined {
  const synced = own(samples).filter(({ scenario, diskSyncP50Us }) => scenario === 'sync-1x1-128' && diskSyncP50Us !== undefined);
  const over = synced.map((sample) => sample.rt.p50 - (sample.diskSyncP50Us as number));
  // The spread is held against the RT, of which the difference is a small part.
  return figureOf(over, new Set(), synced[0]?.rt.p50);
}

