import { createSimulation } from '@rocketmq-ts/kernel/sim';
import type { MasterToFollow } from '@rocketmq-ts/store';
import { RemotingCommand, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { MasterFollower } from './master-follower.ts';

const OWN = '10.0.0.2:10911';
const MASTER = { masterAddr: '10.0.0.1:10911', haServerAddr: '10.0.0.1:10912' };

const INFO = '{"table":{"commitLogMinOffset":"0","commitLogMaxOffset":"4711"}}';

/** A follower, and whom it told the log and the tables to follow. */
function follower(haMasterAddress?: string, ...runtimeInfos: string[]) {
  const texts = runtimeInfos.length === 0 ? [INFO] : runtimeInfos;
  const sim = createSimulation(1);
  const followed: (MasterToFollow | undefined)[] = [];
  const calls: string[] = [];
  const it = new MasterFollower({
    env: sim.env,
    client: { invoke: () => Promise.resolve(answer(texts.length > 1 ? (texts.shift() ?? '') : (texts[0] ?? ''))) },
    replication: {
      follow(master) {
        followed.push(master);
        calls.push(`log ${master?.haAddress ?? 'nobody'}`);
      },
    },
    sync: { follow: (master) => calls.push(`tables ${master}`), syncSoon: () => calls.push('copy') },
    ownAddress: OWN,
    haMasterAddress,
  });
  return { sim, it, followed, calls, said: () => sim.host('a').log.entries.map(({ level, message }) => `${level} ${message}`) };
}

function answer(text: string): RemotingCommand {
  const command = new RemotingCommand(ResponseCode.SUCCESS);
  command.body = Buffer.from(text);
  return command;
}

it('follows whom a name server names, and says so once', () => {
  const { it: slave, calls, said } = follower();
  slave.start();
  slave.masterIs(MASTER);
  slave.masterIs(MASTER);
  expect(calls).toEqual(['log 10.0.0.1:10912', 'tables 10.0.0.1:10911', 'copy', 'log 10.0.0.1:10912', 'tables 10.0.0.1:10911']);
  expect(said()).toEqual(['info The master of this slave is found.']);
});

it('leaves a master that the name servers have forgotten, and copies at once when it is back', () => {
  const { it: slave, calls, said } = follower();
  slave.masterIs(MASTER);
  calls.length = 0;
  slave.masterIs(undefined);
  slave.masterIs(undefined);
  slave.masterIs(MASTER);
  expect(calls).toEqual(['log nobody', 'log nobody', 'log 10.0.0.1:10912', 'tables 10.0.0.1:10911', 'copy']);
  expect(said().filter((line) => line.startsWith('warn'))).toHaveLength(1);
});

it('holds on to haMasterAddress, whatever the name servers say', () => {
  const { it: slave, calls } = follower('10.9.9.9:10912');
  slave.start();
  slave.masterIs(MASTER);
  slave.masterIs(undefined);
  expect(calls).toEqual(['log 10.9.9.9:10912', 'log 10.9.9.9:10912', 'tables 10.0.0.1:10911', 'copy']);
  expect(slave.haAddress).toBe('10.9.9.9:10912');
});

it('does not follow itself', () => {
  const { it: slave, calls, said } = follower();
  slave.masterIs({ masterAddr: OWN, haServerAddr: '10.0.0.2:10912' });
  slave.masterIs({ masterAddr: OWN, haServerAddr: '10.0.0.2:10912' });
  expect(calls).toEqual([]);
  expect(said()).toEqual(['error A name server names this slave as its own master; it is not followed.']);
});

it("knows the ends of the master's log from its runtime info, or knows that it does not", async () => {
  const { it: slave, sim, followed } = follower();
  slave.masterIs(MASTER);
  expect(await sim.run(followed[0]?.logEnds() ?? Promise.reject())).toEqual({ minOffset: 0, maxOffset: 4711 });
  for (const info of ['{"table":{}}', '{"table":{"commitLogMinOffset":"0","commitLogMaxOffset":"x"}}', 'nonsense']) {
    const { it: other, sim: time, followed: others } = follower(undefined, info);
    other.masterIs(MASTER);
    expect(await time.run(others[0]?.logEnds() ?? Promise.reject())).toBeUndefined();
  }
  const { it: unknown, sim: time, followed: fixed } = follower('10.9.9.9:10912');
  unknown.start();
  expect(await time.run(fixed[0]?.logEnds() ?? Promise.reject())).toBeUndefined();
});

it('asks again a Java master that has just started, which does not know them for a second', async () => {
  const { it: slave, sim, followed } = follower(undefined, 'java.util.NoSuchElementException', 'java.util.NoSuchElementException', INFO);
  slave.masterIs(MASTER);
  expect(await sim.run(followed[0]?.logEnds() ?? Promise.reject())).toEqual({ minOffset: 0, maxOffset: 4711 });
  expect(sim.nowMs).toBeLessThan(1_500);
});
