// The goals at the head of a report whose figures are medians without a verdict of their own (see goals.ts for those).

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
