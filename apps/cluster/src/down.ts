import { RmqError } from '@rocketmq-ts/kernel';

import type { Member } from './members.ts';
import { type Entry, readRoster, writeRoster } from './roster.ts';
import { NAME_SERVER, runningServers } from './servers.ts';
import { presentAmong, stop } from './stop.ts';

export interface DownOptions {
  readonly workspace: string;
  /** Those to stop. */
  readonly members: readonly Member[];
  readonly allMembers: readonly Member[];
  readonly print: (line: string) => void;
}

/** Stops what `up` noted; the name server last, and only when no broker that it was started for is left. @throws RmqError */
export async function down({ workspace, members, allMembers, print }: DownOptions): Promise<void> {
  const roster = readRoster(workspace);
  const running = (): Entry[] => runningServers(workspace, allMembers);
  const ours = presentAmong(roster?.started ?? [], running());
  if (roster === undefined || ours.length === 0) {
    print('nothing that cluster:up has started runs');
    return;
  }
  const brokers = ours.filter(({ name }) => members.some((member) => member.name === name));
  const others = ours.filter((entry) => entry.name !== NAME_SERVER && !brokers.includes(entry));
  const nameServer = others.length > 0 ? [] : ours.filter(({ name }) => name === NAME_SERVER);
  let left: readonly Entry[] = [];
  for (const group of [brokers, nameServer]) {
    const stopped = await stop(group, running);
    for (const { name, pid } of stopped.ended) print(`${name} stopped (process ${pid})`);
    left = [...left, ...stopped.left];
  }
  if (others.length > 0) print(`still up: ${others.map(({ name }) => name).join(', ')}, and the name server`);
  writeRoster(workspace, { ...roster, started: presentAmong(ours, running()) });
  if (left.length > 0) throw new RmqError('STOP', `no orderly end within 20 s: ${left.map(({ name, pid }) => `${name} (process ${pid})`).join(', ')}; see their logs, and kill -9 them if need be`);
}
