/**
 * Starts what does not run yet and waits until the name server lists it. All or nothing: when one server fails, those
 * started with it are stopped again.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { DefaultMQAdminExt } from '@rocketmq-ts/admin';
import { RmqError } from '@rocketmq-ts/kernel';

import type { Member } from './members.ts';
import { logFolderOf, type Place } from './place.ts';
import { isRegistered } from './registration.ts';
import { residentText } from './resident.ts';
import { type Entry, readRoster, writeRoster } from './roster.ts';
import { checkBuilt, NAME_SERVER, runningServers, StartedServer } from './servers.ts';
import { presentAmong, stop } from './stop.ts';

const LOOK_EVERY_MS = 50;
const LIMIT_MS = 60_000;

export interface UpOptions {
  readonly workspace: string;
  readonly place: Place;
  readonly members: readonly Member[];
  /** Every member there is, whether it is to be started or not. */
  readonly allMembers: readonly Member[];
  readonly print: (line: string) => void;
  /** Set when the operator has had enough. */
  readonly interruption: AbortSignal;
}

/** @throws RmqError with the cause of the first that failed; nothing of this call runs then */
export async function up(options: UpOptions): Promise<void> {
  const { workspace, place, members, allMembers, print } = options;
  const begin = performance.now();
  checkBuilt(workspace);
  const running = runningServers(workspace, allMembers);
  const kept = presentAmong(readRoster(workspace)?.started ?? [], running);
  checkSamePlace(workspace, place, kept);
  const missing = members.filter(({ name }) => !running.some((entry) => entry.name === name));
  for (const { name } of members) {
    const pids = running.filter((entry) => entry.name === name).map(({ pid }) => pid);
    if (pids.length > 0) print(`${name} already runs (process ${pids.join(', ')})`);
  }

  print(`data   ${place.dataFolder}${place.because === undefined ? '' : ` (${place.because})`}`);
  print(`logs   ${logFolderOf(place.dataFolder, '<name>')}/{broker.log,nohup.out}`);
  const started: StartedServer[] = [];
  const note = (): void => writeRoster(workspace, { dataFolder: place.dataFolder, started: [...kept, ...started].map(({ name, pid }) => ({ name, pid })) });
  try {
    await startNameServer(options, started, note);
    // Masters first, so that their slaves find them at once.
    const isSlave = ({ brokerId }: Member): boolean => brokerId > 0;
    for (const wave of [missing.filter((member) => !isSlave(member)), missing.filter(isSlave)]) {
      for (const member of wave) started.push(new StartedServer(workspace, place.dataFolder, member));
      note();
      await registered(options, wave, started, begin);
    }
  } catch (error) {
    await stop(started, () => runningServers(workspace, allMembers));
    started.length = 0;
    note();
    throw error;
  }
  const brokers = started.filter(({ name }) => name !== NAME_SERVER).length;
  const resident = residentText([...kept, ...started].map(({ pid }) => pid));
  print(brokers === 0 ? 'nothing to start: all of them run' : `up     ${brokers} brokers in ${seconds(begin)}${resident === undefined ? '' : `; all servers together ${resident}`}`);
}

function checkSamePlace(workspace: string, { dataFolder }: Place, kept: readonly Entry[]): void {
  const noted = readRoster(workspace)?.dataFolder;
  if (kept.length === 0 || noted === dataFolder) return;
  throw new RmqError('DATA_FOLDER', `what runs already has its data in ${noted}, this would go to ${dataFolder}; stop it first (npx nx run cluster:down), or set ROCKETMQ_DATA=${noted}`);
}

async function startNameServer({ workspace, place, members, print, interruption }: UpOptions, started: StartedServer[], note: () => void): Promise<void> {
  const address = addressOf(members);
  if (await answers(address)) {
    print(`name server ${address} already runs`);
    return;
  }
  const server = new StartedServer(workspace, place.dataFolder, NAME_SERVER);
  started.push(server);
  note();
  await until(() => server.hasBooted, [server], interruption);
  print(`name server ${address}  process ${server.pid}`);
}

/** Prints each member as soon as it has said that it is up and the name server lists it. */
async function registered({ members, print, interruption }: UpOptions, wave: readonly Member[], started: readonly StartedServer[], begin: number): Promise<void> {
  await using admin = new DefaultMQAdminExt({ namesrvAddr: addressOf(members) });
  const waiting = new Set(wave);
  await until(
    async () => {
      const info = await admin.examineBrokerClusterInfo();
      for (const member of waiting) {
        const server = started.find(({ name }) => name === member.name);
        if (server?.hasBooted !== true || !isRegistered(info, member)) continue;
        waiting.delete(member);
        print(`${member.name.padEnd(24)} ${member.brokerName.padEnd(22)} id ${member.brokerId}  port ${member.listenPort}  process ${server.pid}  ${seconds(begin)}`);
      }
      return waiting.size === 0;
    },
    started,
    interruption,
  );
}

/** Until `isDone`; fails at once when one of `servers` ends. */
async function until(isDone: () => boolean | Promise<boolean>, servers: readonly StartedServer[], interruption: AbortSignal): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const ended = servers.find(({ hasEnded }) => hasEnded);
    if (ended !== undefined) throw new RmqError('START', `${ended.name} did not start, so what was started with it is stopped again: ${ended.cause}`);
    if (interruption.aborted) throw new RmqError('START', 'interrupted; what was started is stopped again');
    if (await isDone()) return;
    if (performance.now() > deadline) throw new RmqError('START', `not all is up after ${LIMIT_MS / 1000} s, so it is stopped again; see ${servers.map(({ outputFile }) => outputFile).join(', ')}`);
    await sleep(LOOK_EVERY_MS);
  }
}

export async function answers(namesrvAddr: string): Promise<boolean> {
  await using admin = new DefaultMQAdminExt({ namesrvAddr, timeoutMs: 1000 });
  return await admin.examineBrokerClusterInfo().then(
    () => true,
    () => false,
  );
}

/** @throws RmqError CONFIG when the files do not agree */
export function addressOf(members: readonly Member[]): string {
  const [first, ...others] = new Set(members.map(({ namesrvAddr }) => namesrvAddr));
  if (first === undefined || others.length > 0) throw new RmqError('CONFIG', `the files in conf/ name different name servers: ${[first, ...others].join(', ')}`);
  return first;
}

function seconds(begin: number): string {
  return `${((performance.now() - begin) / 1000).toFixed(1)} s`;
}
