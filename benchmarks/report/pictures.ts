// Which plots a report has. One for which there are no figures is left out.
import type { RoundTripTimes, Sample, SyncReplicationResults } from '../sync-replication/results.ts';
import { type ClosedLoad, closedLoads, costOfSync, headlineLoad, inFlightOf, measured, openLoads, type Quantity, type Role, roundTrip, select, sendsPerSecond, sidesOf, USUAL, usualSamples } from './analysis.ts';
import type { Picture } from './document.ts';
import { doubts, type Figure, quote } from './figure.ts';
import { type Axis, barsSvg, curvesSvg, type Panel, type Point } from './plots.ts';
import { millis, percent, perSecond } from './units.ts';

const HOW_TO_SEE = ['Points: medians; bars: from the least to the greatest round; hollow: too uncertain to quote.'];
const ROLES: readonly (readonly [keyof Pick<Panel, 'async' | 'sync'>, Role])[] = [
  ['async', 'ASYNC_MASTER'],
  ['sync', 'SYNC_MASTER'],
];
const SENDS: Axis = { title: 'sends/s', format: '~s' };
const RT: Axis = { title: 'RT, ms', format: '~r' };

export interface Pictures {
  readonly throughput: Picture | undefined;
  readonly cost: Picture | undefined;
  readonly rtInFlight: Picture | undefined;
  readonly rtLoad: Picture | undefined;
}

/** `base` is the name of the report without its ending. */
export async function picturesOf(results: SyncReplicationResults, base: string): Promise<Pictures> {
  const samples = usualSamples(results);
  const [throughput, cost, rtInFlight, rtLoad] = await Promise.all([
    throughputPicture(results, samples, `${base}-throughput.svg`),
    costPicture(results, samples, `${base}-cost.svg`),
    rtInFlightPicture(results, samples, `${base}-rt-in-flight.svg`),
    rtLoadPicture(results, samples, `${base}-rt-load.svg`),
  ]);
  return { throughput, cost, rtInFlight, rtLoad };
}

/** Of one size of body, that of the headline. */
function drawnLoads(samples: readonly Sample[]): readonly ClosedLoad[] {
  const bodyBytes = headlineLoad(samples)?.bodyBytes;
  return closedLoads(samples).filter((load) => load.bodyBytes === bodyBytes);
}

function inFlightAxis(loads: readonly ClosedLoad[]): Axis {
  return { title: 'sends in flight', format: 'd', ticks: [...new Set(loads.map(inFlightOf))] };
}

async function throughputPicture({ contenders }: SyncReplicationResults, samples: readonly Sample[], file: string): Promise<Picture | undefined> {
  const loads = drawnLoads(samples);
  const panels = contenders.map(({ name }) => panelOf(name, (role) => overInFlight(samples, name, role, loads, sendsPerSecond)));
  const title = 'Throughput: the gap between the lines is what waiting for the slave costs';
  return drawn(file, title, panels, (full) => curvesSvg({ title, subtitle: ['Sends per second over sends in flight. Higher is better.', ...HOW_TO_SEE], panels: full, x: inFlightAxis(loads), y: SENDS, label: perSecond }));
}

async function rtInFlightPicture({ contenders }: SyncReplicationResults, samples: readonly Sample[], file: string): Promise<Picture | undefined> {
  const loads = drawnLoads(samples);
  const panels = contenders.flatMap(({ name }) =>
    (['p50', 'p99'] as const).map((key) => panelOf(`${name}, ${key}`, (role) => overInFlight(samples, name, role, loads, roundTripMs(key)))),
  );
  const title = 'RT over sends in flight: the median (p50) and the slowest of a hundred (p99)';
  return drawn(file, title, panels, (full) => curvesSvg({ title, subtitle: ['Closed loop. Lower is better.', ...HOW_TO_SEE], panels: full, x: inFlightAxis(loads), y: RT, label: labelMs }));
}

async function rtLoadPicture({ contenders }: SyncReplicationResults, samples: readonly Sample[], file: string): Promise<Picture | undefined> {
  const panels = contenders.flatMap(({ name }) => (['p50', 'p99'] as const).map((key) => panelOf(`${name}, ${key}`, (role) => overRate(samples, name, role, key))));
  const title = 'RT over load at fixed rates: how long a send takes from when it was due';
  const subtitle = ['Open loop at shares of each broker’s asynchronous maximum. Lower, further right is better.', ...HOW_TO_SEE];
  return drawn(file, title, panels, (full) => curvesSvg({ title, subtitle, panels: full, x: { ...SENDS, title: 'sends/s answered' }, y: RT, label: labelMs }));
}

async function costPicture({ contenders }: SyncReplicationResults, samples: readonly Sample[], file: string): Promise<Picture | undefined> {
  const groups = contenders
    .map(({ name }) => ({
      title: name,
      bars: drawnLoads(samples).flatMap((load) => {
        const { asynchronous, synchronous } = sidesOf(samples, { contender: name, variant: USUAL, load });
        const cost = costOfSync(asynchronous, synchronous);
        return cost === undefined ? [] : [{ name: `${inFlightOf(load)} in flight`, ...stretch(cost), median: cost.median, text: quote(cost, percent) }];
      }),
    }))
    .filter(({ bars }) => bars.length > 0);
  if (groups.length === 0) return undefined;
  const title = 'Cost of synchronous replication: throughput lost by waiting for the slave';
  const subtitle = ['Further left is better; signs behind the figures are explained in the report.', ...HOW_TO_SEE];
  return { file, title, svg: await barsSvg({ title, subtitle, x: 'throughput lost', line: { at: 0.1, text: 'the tutorial: about 10 %' }, groups }) };
}

async function drawn(file: string, title: string, panels: readonly Panel[], draw: (full: readonly Panel[]) => Promise<string>): Promise<Picture | undefined> {
  const full = panels.filter((panel) => panel.async.length + panel.sync.length > 0);
  return full.length === 0 ? undefined : { file, title, svg: await draw(full) };
}

const roundTripMs =
  (key: keyof RoundTripTimes): Quantity =>
  (sample) =>
    roundTrip(key)(sample) / 1000;
const labelMs = (ms: number): string => millis(ms * 1000);

function panelOf(title: string, points: (role: Role) => readonly Point[]): Panel {
  const [async, sync] = ROLES.map(([, role]) => points(role)) as [readonly Point[], readonly Point[]];
  return { title, async, sync };
}

function overInFlight(samples: readonly Sample[], contender: string, role: Role, loads: readonly ClosedLoad[], quantity: Quantity): readonly Point[] {
  return loads.flatMap((load) => pointsOf(inFlightOf(load), measured(select(samples, { contender, role, variant: USUAL, load }), quantity)));
}

function overRate(samples: readonly Sample[], contender: string, role: Role, key: keyof RoundTripTimes): readonly Point[] {
  return openLoads(samples).flatMap((load) => {
    const own = select(samples, { contender, role, variant: USUAL, load });
    return pointsOf(measured(own, sendsPerSecond)?.median ?? 0, measured(own, roundTripMs(key)));
  });
}

/** Nothing that is not above 0 has a place on a logarithmic axis. */
function pointsOf(x: number, figure: Figure | undefined): readonly Point[] {
  if (figure === undefined) return [];
  const { low, high, doubtful } = stretch(figure);
  return x > 0 && low > 0 ? [{ x, y: figure.median, low, high, doubtful }] : [];
}

function stretch(figure: Figure): { readonly low: number; readonly high: number; readonly doubtful: boolean } {
  return { low: Math.min(...figure.values), high: Math.max(...figure.values), doubtful: doubts(figure).length > 0 };
}
