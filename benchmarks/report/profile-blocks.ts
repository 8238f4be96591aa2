// How a report shows where a process spends its processor time: a flame graph and the functions with the most time of their own.
import type { Role } from '../sync-replication/plan.ts';
import type { ProcessName, ProfileRun } from '../sync-replication/results.ts';
import type { FunctionTimes } from './cpu-profile.ts';
import { type Block, heading, paragraph, picture, type Picture, table } from './document.ts';
import { flameGraphSvg } from './flame-graph.ts';
import { SMALLER_CALLS, unfolded } from './folded-profile.ts';
import { percent, perSecond } from './units.ts';

export function titleOf(role: Role, name: ProcessName, sendsPerSecond: number): string {
  return `${name === 'master' ? role : `SLAVE of ${role === 'ASYNC_MASTER' ? 'an' : 'a'} ${role}`} at ${perSecond(sendsPerSecond)}`;
}

export function functionTable(functions: readonly FunctionTimes[], busyUs: number): Block {
  const rows = functions.map((own) => [`\`${own.name}\``, own.file, percent(own.selfUs / busyUs), percent(own.totalUs / busyUs)]);
  return table(['function', 'file', 'itself', 'with what it calls'], rows);
}

/** In the order of its processes. @param base the name of the report without its ending */
export function profilePictures({ role, sendsPerSecond, processes }: ProfileRun, base: string): readonly Picture[] {
  return processes.map((process) => {
    const title = titleOf(role, process.name, sendsPerSecond);
    return { title, file: `${base}-profile-${process.name}.svg`, svg: flameGraphSvg(title, unfolded(process)) };
  });
}

export function profileBlocks({ role, load, warmUpSeconds, measureSeconds, intervalUs, processes }: ProfileRun, pictures: readonly Picture[]): readonly Block[] {
  return [
    paragraph(
      `A run of its own behind all others, under \`node --cpu-prof\` with a sample every ${intervalUs} µs, which takes part of the speed: none of the figures above comes from it. ` +
        `${role}, ${load.connections} × ${load.inFlight} in flight, ${load.bodyBytes} B, ASYNC_FLUSH on both sides, ${measureSeconds} s after ${warmUpSeconds} s of warm-up. ` +
        `Shares are of the time in which the process was busy; the graphs draw what is small together as ${SMALLER_CALLS}, the tables count it where it belongs.`,
    ),
    ...processes.flatMap(({ busyUs, functions }, at) => {
      const drawn = pictures[at];
      return drawn === undefined ? [] : [heading(3, drawn.title), picture(drawn), functionTable(functions, busyUs)];
    }),
  ];
}
