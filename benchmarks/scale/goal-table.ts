// The goals at the head of a report.

export interface Goal {
  readonly id: string;
  readonly what: string;
  readonly bound: 'at least' | 'at most';
  readonly target: number;
  /** NaN: not measured in this run. */
  readonly figure: number;
  readonly unit: (figure: number) => string;
}

export function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map((goal) => {
    const { id, what, bound, target, figure, unit } = goal;
    return `| ${id} | ${what} | ${bound === 'at least' ? '≥' : '≤'} ${unit(target)} | ${Number.isNaN(figure) ? 'not measured' : unit(figure)} | ${verdict(goal)} |`;
  });
  return ['| goal | what | target | this run | met |', '|---|---|---|---|---|', ...rows].join('\n');
}

function verdict({ bound, target, figure, unit }: Goal): string {
  if (Number.isNaN(figure)) return '–';
  const isMet = bound === 'at least' ? figure >= target : figure <= target;
  return isMet ? 'yes' : `**no**, off by ${unit(Math.abs(figure - target))}`;
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
export const millis = (ms: number): string => `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
export const times = (n: number): string => `${n.toFixed(2)}×`;
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
export const mebibytes = (n: number): string => `${n.toFixed(0)} MiB`;
export const kibibytes = (n: number): string => `${n.toFixed(2)} KiB`;
export const perSecond = (n: number): string => `${(n / 1000).toFixed(1)}k/s`;
