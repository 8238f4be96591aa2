// Plots as SVG, by Vega-Lite: it lays them out and needs no browser for it.
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { CONFIG, INK, PAPER, ROLE_COLOURS, SOFT } from './plot-style.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  /** From the least to the greatest of the rounds. */
  readonly low: number;
  readonly high: number;
  /** Marked in the tables: drawn hollow. */
  readonly doubtful: boolean;
}

export interface Panel {
  readonly title: string;
  readonly async: readonly Point[];
  readonly sync: readonly Point[];
}

export interface Axis {
  readonly title: string;
  /** Vega's, for the ticks. */
  readonly format: string;
  /** Where the ticks stand; at round numbers when not given. */
  readonly ticks?: readonly number[];
}

export interface Curves {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly panels: readonly Panel[];
  readonly x: Axis;
  readonly y: Axis;
  /** Beside the last point of each line. */
  readonly label: (y: number) => string;
}

/** A panel for each contender, two lines in each, all on the same logarithmic axes. */
export function curvesSvg({ title, subtitle, panels, x, y, label }: Curves): Promise<string> {
  const points = panels.flatMap((panel) => [...panel.async, ...panel.sync]);
  const encodingOf = (field: string, { title: words, format, ticks }: Axis, values: readonly number[], grid: boolean) => {
    const domain = [Math.min(...values) * 0.85, Math.max(...values) * 1.15] as const;
    return { field, type: 'quantitative', scale: { type: 'log', domain, nice: false }, axis: { title: words, format, grid, values: ticks ?? roundNumbers(...domain) } };
  };
  const xAxis = encodingOf('x', x, points.map((point) => point.x), false);
  const yAxis = encodingOf('y', y, points.flatMap(({ low, high }) => [low, high]), true);
  const roles = ['async', 'sync'] as const;
  const colour = { field: 'role', type: 'nominal', scale: { domain: roles, range: roles.map((role) => ROLE_COLOURS[role]) }, legend: null };
  return svgOf(title, {
    title: { text: title, subtitle },
    columns: 2,
    spacing: { row: 34, column: 26 },
    concat: panels.map((panel) => {
      const lines = roles.map((role) => panel[role].toSorted((a, b) => a.x - b.x));
      const [asyncEnd, syncEnd] = lines.map((line) => line.at(-1));
      const asyncAbove = (asyncEnd?.y ?? 0) >= (syncEnd?.y ?? 0);
      const rows = roles.flatMap((role, index) => (lines[index] as Point[]).map((point) => ({ ...point, role })));
      const ends = roles.flatMap((role, index) => {
        const end = lines[index]?.at(-1);
        return end === undefined ? [] : [{ ...end, role, text: `${role} ${label(end.y)}`, above: (role === 'async') === asyncAbove }];
      });
      const endLabel = (above: boolean) => ({
        transform: [{ filter: `datum.above === ${above}` }],
        data: { values: ends },
        mark: { type: 'text', align: 'left', dx: 9, dy: above ? -6 : 7, fontWeight: 'bold' },
        encoding: { x: xAxis, y: yAxis, text: { field: 'text' }, color: colour },
      });
      return {
        width: 280,
        height: 190,
        title: { text: panel.title, fontSize: 13, offset: 6 },
        data: { values: rows },
        layer: [
          { mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.55 }, encoding: { x: xAxis, y: { ...yAxis, field: 'low' }, y2: { field: 'high' }, color: colour } },
          {
            mark: { type: 'line', strokeWidth: 2 },
            encoding: { x: xAxis, y: yAxis, color: colour, strokeDash: { field: 'role', type: 'nominal', scale: { domain: roles, range: [[5, 4], [1, 0]] }, legend: null } },
          },
          ...[true, false].map((doubtful) => ({
            transform: [{ filter: `datum.doubtful === ${doubtful}` }],
            mark: { type: 'point', size: 45, opacity: 1, strokeWidth: 1.6, ...(doubtful ? { fill: PAPER } : { filled: true }) },
            encoding: { x: xAxis, y: yAxis, color: colour, shape: { field: 'role', type: 'nominal', scale: { domain: roles, range: ['circle', 'square'] }, legend: null } },
          })),
          endLabel(true),
          endLabel(false),
        ],
      };
    }),
  });
}

/** Between two numbers: 1, 10, 100 …; with 2 and 5 of each where that gives too few. */
export function roundNumbers(low: number, high: number): readonly number[] {
  const leading = high / low < 150 ? [1, 2, 5] : [1];
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const digit of leading) {
      const value = Number(`${digit}e${power}`);
      if (value >= low && value <= high) found.push(value);
    }
  }
  return found;
}

export interface Bar {
  /** What it is at: `64 in flight`. */
  readonly name: string;
  /** Shares: 0.1 is 10 %. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly doubtful: boolean;
  readonly text: string;
}

export interface Bars {
  readonly title: string;
  readonly subtitle: readonly string[];
  readonly x: string;
  /** A line that all are held against. */
  readonly line: { readonly at: number; readonly text: string };
  readonly groups: readonly { readonly title: string; readonly bars: readonly Bar[] }[];
}

/** A dot with its spread for each bar, one group below the other. */
export function barsSvg({ title, subtitle, x, line, groups }: Bars): Promise<string> {
  const bars = groups.flatMap((group) => group.bars);
  const scale = { domain: [Math.min(0, ...bars.map(({ low }) => low)), Math.max(line.at * 2, ...bars.map(({ high }) => high))], nice: true };
  return svgOf(title, {
    title: { text: title, subtitle },
    columns: 1,
    spacing: 22,
    concat: groups.map((group, index) => {
      const last = index === groups.length - 1;
      const xAxis = (field: string) => ({ field, type: 'quantitative', scale, axis: { title: last ? x : null, labels: last, ticks: last, format: '.0%', tickCount: 6 } });
      const yAxis = { field: 'name', type: 'nominal', sort: null, axis: { title: null, domain: false, ticks: false, labelPadding: 8 } };
      const at = { datum: line.at, type: 'quantitative', scale };
      return {
        width: 470,
        height: { step: 21 },
        title: { text: group.title, fontSize: 13, offset: index === 0 ? 22 : 6 },
        data: { values: group.bars },
        layer: [
          { data: { values: [{}] }, mark: { type: 'rule', strokeDash: [4, 3], color: INK }, encoding: { x: at } },
          ...(index === 0
            ? [{ data: { values: [{ text: line.text }] }, mark: { type: 'text', align: 'center', baseline: 'bottom', dy: -5, color: INK, y: 0 }, encoding: { x: at, text: { field: 'text' } } }]
            : []),
          { mark: { type: 'rule', strokeWidth: 2.5, opacity: 0.6, color: ROLE_COLOURS.sync }, encoding: { x: xAxis('low'), x2: { field: 'high' }, y: yAxis } },
          ...[true, false].map((doubtful) => ({
            transform: [{ filter: `datum.doubtful === ${doubtful}` }],
            mark: { type: 'point', size: 70, opacity: 1, strokeWidth: 1.8, color: ROLE_COLOURS.sync, ...(doubtful ? { fill: PAPER } : { filled: true }) },
            encoding: { x: xAxis('median'), y: yAxis },
          })),
          { mark: { type: 'text', align: 'left', dx: 9, color: SOFT }, encoding: { x: xAxis('high'), y: yAxis, text: { field: 'text' } } },
        ],
      };
    }),
  });
}

/** `title` is what those hear who do not see. */
async function svgOf(title: string, spec: object): Promise<string> {
  const full = { ...spec, background: CONFIG.background, config: { ...CONFIG, aria: false } };
  const svg = await new View(parse(compile(full as unknown as TopLevelSpec).spec), { renderer: 'none' }).toSVG();
  const name = title.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `${svg.replace('<svg ', `<svg role="img" aria-label="${name}" `)}\n`;
}
