import { adminCommands, DefaultMQAdminExt } from '@rocketmq-ts/admin';
import type { Env } from '@rocketmq-ts/kernel';

import type { Member } from './members.ts';
import { logFolderOf, type Place } from './place.ts';
import { memoryOf, residentText } from './resident.ts';
import { readRoster } from './roster.ts';
import { NAME_SERVER, runningServers } from './servers.ts';
import { addressOf, answers } from './up.ts';

export interface StatusOptions {
  readonly env: Env;
  readonly workspace: string;
  readonly place: Place;
  readonly members: readonly Member[];
  readonly print: (text: string) => void;
}

/** The table of clusterList, the processes, and the folders. @returns whether all of `members` run */
export async function status({ env, workspace, place, members, print }: StatusOptions): Promise<boolean> {
  const address = addressOf(members);
  const isUp = await answers(address);
  if (isUp) await printClusterList(env, address, print);
  else print(`no name server answers at ${address}; npx nx run cluster:up starts one\n`);

  const roster = readRoster(workspace);
  const running = runningServers(workspace, members);
  const own = new Set(roster?.started.map(({ pid }) => pid));
  print('\n');
  for (const { name, port } of [{ name: NAME_SERVER, port: undefined }, ...members.map(({ name, listenPort }) => ({ name, port: listenPort }))]) {
    const processes = running.filter((entry) => entry.name === name);
    if (processes.length === 0) print(`${name.padEnd(24)} does not run\n`);
    for (const { pid } of processes) {
      const memory = memoryOf(pid);
      const facts = [`process ${pid}`, ...(port === undefined ? [] : [`port ${port}`]), ...(memory === undefined ? [] : [`${Math.round(memory.rss / 1024)} MiB`]), ...(own.has(pid) ? [] : ['not started by cluster:up'])];
      print(`${name.padEnd(24)} ${facts.join('  ')}\n`);
    }
  }
  const { dataFolder } = roster ?? place;
  const resident = residentText(running.map(({ pid }) => pid));
  print(`\n${resident === undefined ? '' : `memory ${resident}\n`}data   ${dataFolder}\nlogs   ${logFolderOf(dataFolder, '<name>')}/{broker.log,nohup.out}\n`);
  return isUp && members.every(({ name }) => running.some((entry) => entry.name === name));
}

async function printClusterList(env: Env, namesrvAddr: string, print: (text: string) => void): Promise<void> {
  await using admin = new DefaultMQAdminExt({ env, namesrvAddr });
  const command = adminCommands.find(({ name }) => name === 'clusterList');
  await command?.run({ admin, disk: env.disk, clock: env.clock, pause: () => Promise.resolve(false), option: () => undefined, flag: () => false, print, warn: (text) => print(`${text}\n`) });
}
