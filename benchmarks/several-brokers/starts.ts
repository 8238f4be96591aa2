// Starts brokers, or bare loops in their places, as a layout wants them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildProgram, javaBrokerConfig, propertiesText } from '@rocketmq-ts/testkit';
import { bareLoop, type RunningBroker } from '../contenders/contenders.ts';
import { firstAcceptedSend } from '../contenders/first-send.ts';
import { freeBrokerPort, rocketmqTs } from '../contenders/installations.ts';
import { runOn } from '../scale/processors.ts';
import { timedStart } from '../scale/timed-start.ts';
import type { Case, Layout } from './layouts.ts';

export interface RunningBrokers {
  readonly ports: readonly number[];
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

const nameOf = (n: number): string => `broker-${String.fromCodePoint(97 + n)}`;

async function startProcesses(home: string, namesrvAddr: string, { brokers, broker: processorsOf }: Case): Promise<RunningBrokers> {
  const programs: ChildProgram[] = [];
  const ports: number[] = [];
  const stop = (): Promise<void> => endAll(programs);
  try {
    for (let n = 0; n < brokers; n++) {
      const { program, port } = await timedStart(rocketmqTs, { home: join(home, nameOf(n)), namesrvAddr, config: { brokerName: nameOf(n) } });
      programs.push(program);
      ports.push(port);
      const processors = processorsOf(n);
      if (processors !== undefined) runOn(processors, program.pid);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports, pids: programs.map(({ pid }) => pid), stop };
}

async function startInThreads(home: string, namesrvAddr: string, { brokers }: Case): Promise<RunningBrokers> {
  const ports: number[] = [];
  const homes = Array.from({ length: brokers }, (_, n) => join(home, nameOf(n)));
  for (const [n, own] of homes.entries()) {
    const port = await freeBrokerPort();
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'server.properties'), propertiesText(javaBrokerConfig({ home: own, port, namesrvAddr, brokerName: nameOf(n) })));
    ports.push(port);
  }
  const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const args = [fileOf('thread-host.mjs'), fileOf('../../apps/broker/dist/main.js'), ...homes];
  const program = new ChildProgram({ name: 'brokers in threads', command: process.execPath, args });
  const stop = (): Promise<void> => endAll([program]);
  try {
    for (const port of ports) await firstAcceptedSend(port, { giveUp: () => (program.exitCode === undefined ? undefined : `the brokers have ended\n${program.tail()}`) });
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports, pids: [program.pid], stop };
}

async function startBare(_home: string, _namesrvAddr: string, { brokers, broker: processorsOf }: Case): Promise<RunningBrokers> {
  const loops: RunningBroker[] = [];
  const stop = async (): Promise<void> => void (await Promise.all(loops.map((loop) => loop.stop())));
  try {
    for (let n = 0; n < brokers; n++) {
      const loop = await bareLoop.start({});
      loops.push(loop);
      const processors = processorsOf(n);
      if (processors !== undefined) runOn(processors, loop.pid);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports: loops.map(({ port }) => port), pids: loops.map(({ pid }) => pid), stop };
}

export const STARTS: Readonly<Record<Layout, typeof startProcesses>> = {
  'all processors': startProcesses,
  threads: startInThreads,
  apart: startProcesses,
  'one core each': startProcesses,
  'bare on all processors': startBare,
  'bare on one core each': startBare,
  crowded: startProcesses,
};

/** Their stores are thrown away: they need not leave in order. */
async function endAll(programs: readonly ChildProgram[]): Promise<void> {
  for (const program of programs) program.kill();
  await Promise.all(programs.map((program) => program.waitForExit(20_000)));
}
