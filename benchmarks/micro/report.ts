// The results of the micro benchmarks as Markdown. Pure.
import { median, spread } from '../report/statistics.ts';
import { type ContestantResult, type SubjectResult, timesAsFast, type Verdict, verdictsOf } from './results.ts';

/** A spread beyond this share of the median is marked. */
const WIDE = 0.25;

export function microReport(results: readonly SubjectResult[], heading: { readonly machine: string; readonly how: string }): string {
  const goals = results.flatMap((result) => verdictsOf(result).map((verdict) => goalLine(result, verdict)));
  const goalTable = goals.length === 0 ? [] : ['## Goals', '', '| goal | subject | what | reached | asked for | |', '|---|---|---|---|---|---|', ...goals, ''];
  return ['# Micro benchmarks', '', heading.how, '', heading.machine, '', ...goalTable, ...results.flatMap(subjectTable)].join('\n');
}

function goalLine({ title, unit, goal }: SubjectResult, { id, contestant, reached, atLeast, is }: Verdict): string {
  const shown = (figure: number): string => (goal !== undefined && 'perSecond' in goal ? `${(figure / 1000).toFixed(0)}k ${unit}s/s` : `${figure.toFixed(2)} ×`);
  const verdicts = { met: 'met', 'not met': `**not met**: ${((1 - reached / atLeast) * 100).toFixed(0)} % short`, unclear: '**unclear**: the rounds lie too far apart' };
  return `| ${id} | ${title} | ${contestant}${goal !== undefined && 'timesAsFastAs' in goal ? ` against ${goal.timesAsFastAs}` : ''} | ${shown(reached)} | ${shown(atLeast)} | ${verdicts[is]} |`;
}

function subjectTable({ title, unit, bytesPerUnit, contestants }: SubjectResult): string[] {
  const [first] = contestants;
  if (first === undefined) return [];
  const throughput = bytesPerUnit === undefined ? '' : ' MiB/s |';
  return [
    `## ${title}`,
    '',
    `| | ns per ${unit}, median (min … max) | ${unit}s/s |${throughput} the first is so many times as fast |`,
    `|---|---|---|${bytesPerUnit === undefined ? '' : '---|'}---|`,
    ...contestants.map((contestant) => contestantLine(contestant, first, bytesPerUnit)),
    '',
  ];
}

function contestantLine(contestant: ContestantResult, first: ContestantResult, bytesPerUnit: number | undefined): string {
  const ns = median(contestant.nsPerUnit);
  const isWide = Math.max(...contestant.nsPerUnit) - Math.min(...contestant.nsPerUnit) > WIDE * ns;
  const digits = ns < 100 ? 1 : 0;
  const perSecond = 1e9 / ns;
  const columns = [
    contestant.name,
    `${spread(contestant.nsPerUnit, (n) => n.toFixed(digits))}${isWide ? ' ⚠ wide' : ''}`,
    perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(2)} M` : `${(perSecond / 1000).toFixed(0)}k`,
    ...(bytesPerUnit === undefined ? [] : [((perSecond * bytesPerUnit) / 2 ** 20).toFixed(0)]),
    contestant === first ? '' : spread(timesAsFast(first, contestant), (n) => n.toFixed(2)),
  ];
  return `| ${columns.join(' | ')} |`;
}
