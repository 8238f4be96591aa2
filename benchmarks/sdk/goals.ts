// The goals table at the head of a report.

export interface Goal {
  readonly id: string;
  readonly what: string;
  readonly target: number;
  /** NaN: not measured in this run. */
  readonly figure: number;
  readonly unit: (figure: number) => string;
}

export function goalsTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ id, what, target, figure, unit }) => `| ${id} | ${what} | ≥ ${unit(target)} | ${Number.isNaN(figure) ? 'not measured' : unit(figure)} | ${verdict(target, figure)} |`);
  return ['| goal | what | target | median of this run | met |', '|---|---|---|---|---|', ...rows].join('\n');
}

function verdict(target: number, figure: number): string {
  if (Number.isNaN(figure)) return '–';
  return figure >= target ? `yes, by ${((figure / target - 1) * 100).toFixed(0)} %` : `**no**, ${((1 - figure / target) * 100).toFixed(0)} % short`;
}

export const perSecond = (n: number): string => `${(n / 1000).toFixed(1)}k/s`;
export const times = (n: number): string => `${n.toFixed(2)}×`;
export const micros = (n: number): string => `${n.toFixed(1)} µs`;
