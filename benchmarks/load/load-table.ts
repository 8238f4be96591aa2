import { BUSY } from '../report/figure.ts';
import type { RoundTripTimes } from '../sync-replication/results.ts';
import type { LoadCommand } from './load-options.ts';
import type { Role, RunFigures } from './running-load.ts';

/** A consumer that was done before this share of the time had nothing more to read. */
const WHOLE = 0.95;

/** What a user reads after a run. */
export function loadTable(command: Pick<LoadCommand, 'mode' | 'through' | 'perSecond' | 'pids'>, figures: ReadonlyMap<Role, RunFigures>): string {
  return [...figures].map(([role, own]) => table(title(command, role), rows(command, role, own))).join('\n');
}

function title({ mode, through, perSecond }: Pick<LoadCommand, 'mode' | 'through' | 'perSecond'>, role: Role): string {
  const how = through === 'sdk' ? 'SDK' : 'raw frames';
  if (role === 'receive') return `Received (${how}${mode === 'mixed' ? '; times from when a message was sent' : through === 'sdk' ? '' : '; times of pulls'})`;
  return perSecond === undefined ? `Sent (${how}, closed loop)` : `Sent (${how}, open loop at ${perSecond}/s; times from when a send was due)`;
}

function rows(command: Pick<LoadCommand, 'mode' | 'perSecond' | 'pids'>, role: Role, own: RunFigures): [string, string][] {
  const { generator, lastDoneSeconds, measuredSeconds } = own;
  // When everything was read early, the rest of the time was waiting.
  const isShort = command.mode === 'consume' && own.done > 0 && lastDoneSeconds < measuredSeconds * WHOLE;
  const seconds = isShort ? lastDoneSeconds : measuredSeconds;
  const lines: [string, string][] = [
    ['messages per second', `${seconds > 0 ? (own.done / seconds).toFixed(0) : 0} (${own.done} in ${seconds.toFixed(2)} s${isShort ? '; then everything was read' : ''})`],
    ['failed', own.failed === 0 ? '0' : `${own.failed}: ${own.firstFailure}`],
  ];
  if (role === 'send' && command.perSecond !== undefined) lines.push(['due, never sent', String(own.unsent)]);
  if (!Number.isNaN(own.rt.max)) lines.push(['time', timesText(own.rt)]);
  if (own.lateness !== undefined) lines.push(['of it, generator late', timesText(own.lateness)]);
  own.processes.forEach((one, at) => lines.push([`process ${command.pids[at]}`, `${one.cpuUsPerSend.toFixed(1)} µs processor time per message, ${one.residentMiB.toFixed(0)} MiB resident`]));
  const limit = generator.utilization > BUSY ? ': the generator, not the broker, may be the limit' : '';
  lines.push(['generator', `busy ${(generator.utilization * 100).toFixed(0)} % of the time, timers late by ${generator.loopDelayP99Ms.toFixed(2)} ms (p99), ${generator.cpuUsPerSend.toFixed(1)} µs per message${limit}`]);
  return lines;
}

function timesText({ p50, p90, p99, p999, p9999, max, mean }: RoundTripTimes): string {
  const ms = (us: number): string => (us / 1000).toFixed(us < 10_000 ? 3 : 1);
  return `mean ${ms(mean)}, p50 ${ms(p50)}, p90 ${ms(p90)}, p99 ${ms(p99)}, p99.9 ${ms(p999)}, p99.99 ${ms(p9999)}, max ${ms(max)} ms`;
}

function table(heading: string, lines: readonly [string, string][]): string {
  const width = Math.max(...lines.map(([name]) => name.length));
  return `${heading}\n${lines.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')}\n`;
}
