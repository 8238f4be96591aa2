import { describe, expect, it } from 'vitest';
import { check } from './cluster/checker.ts';
import { Cluster, type Planted } from './cluster/cluster.ts';
import {
  answersBeforeTheSlave,
  believesForgedAcks,
  masterDoesNotAsk,
  showsBeforeTheSlave,
  skipsDatasync,
  slaveOverwritesOffsets,
  slaveWritesAnotherByte,
} from './cluster/planted.ts';
import type { Row } from './cluster/rows.ts';
import { finish, runSeed } from './cluster/run-seed.ts';
import { consumerGoesOnAtSlave, consumerReturnsToMaster, masterIsLostBehindSlowLine } from './cluster/scenarios.ts';

/**
 * The simulated cluster is worth as much as the defects it finds: each of these is put in on purpose. The same scenario
 * without it must find nothing.
 */
const SYNC_SYNC: Row = { flush: 'SYNC_FLUSH', master: 'SYNC_MASTER', hasSlave: true };
const ASYNC_FLUSH_SYNC: Row = { flush: 'ASYNC_FLUSH', master: 'SYNC_MASTER', hasSlave: true };
const QUIET_MS = 4_000;
const SEEDS_MAX = 30;

interface Scenario {
  readonly row: Row;
  readonly isMasterGone: boolean;
  happen(cluster: Cluster): Promise<void>;
}

const lostBehindSlowLine: Scenario = { row: SYNC_SYNC, isMasterGone: true, happen: masterIsLostBehindSlowLine };

const bothLosePower: Scenario = {
  row: SYNC_SYNC,
  isMasterGone: true,
  async happen(cluster) {
    cluster.losePower('slave');
    cluster.lose('master');
    await cluster.sim.runFor(1_000);
  },
};

const goesOnAtSlave: Scenario = {
  row: ASYNC_FLUSH_SYNC,
  isMasterGone: false,
  async happen(cluster) {
    await consumerGoesOnAtSlave(cluster);
    await cluster.sim.runFor(2_000);
    await consumerReturnsToMaster(cluster);
  },
};

/** The master comes back where it can not ask its slave; the slave has to keep what was committed to it. */
const goesOnAtSlaveUnheard: Scenario = {
  ...goesOnAtSlave,
  async happen(cluster) {
    await consumerGoesOnAtSlave(cluster, async () => {
      cluster.network.cut('master', 'slave');
      cluster.network.cut('slave', 'master');
    });
    await cluster.sim.runFor(3_000);
    cluster.network.heal('master', 'slave');
    cluster.network.heal('slave', 'master');
    await cluster.sim.runFor(12_000);
    await consumerReturnsToMaster(cluster);
  },
};

const quietPair: Scenario = { row: ASYNC_FLUSH_SYNC, isMasterGone: false, happen: async ({ sim }) => sim.runFor(1_000) };

async function found({ row, isMasterGone, happen }: Scenario, planted?: Planted): Promise<string[]> {
  const cluster = new Cluster({ seed: 3, row, planted, workload: { pauseMs: 150 } });
  try {
    await cluster.begin();
    await cluster.sim.runFor(QUIET_MS);
    await happen(cluster);
    return check(cluster.history, await finish(cluster, isMasterGone));
  } catch (error) {
    return [(error as Error).message];
  }
}

const withoutBugs = new Map<Scenario, Promise<string[]>>();

function foundWithout(scenario: Scenario): Promise<string[]> {
  const known = withoutBugs.get(scenario) ?? found(scenario);
  withoutBugs.set(scenario, known);
  return known;
}

describe('the checker finds', () => {
  it.each<{ what: string; scenario: Scenario; planted: Planted; as: RegExp }>([
    { what: 'SEND_OK before the slave has the bytes', scenario: lostBehindSlowLine, planted: answersBeforeTheSlave, as: /C1: .* is not on the slave/ },
    { what: 'a forged acknowledgement that is believed', scenario: lostBehindSlowLine, planted: believesForgedAcks, as: /C1: .* is not on the slave/ },
    { what: 'a consumer that is shown what only the master has', scenario: lostBehindSlowLine, planted: showsBeforeTheSlave, as: /C3: .* saw .* and it is not on the slave/ },
    { what: 'a slave that reports before its datasync', scenario: bothLosePower, planted: skipsDatasync('slave'), as: /C1: .* is not on the slave|audit slave: nothing at/ },
    { what: 'a slave whose log is another one by one byte', scenario: quietPair, planted: slaveWritesAnotherByte, as: /C11: the logs differ from byte \d+ on|the slave has caught up/ },
    { what: 'a master that comes back without asking its slave for offsets', scenario: goesOnAtSlave, planted: masterDoesNotAsk, as: /C8: on the master, solo had committed/ },
    { what: 'a slave that lets its master overwrite its offsets', scenario: goesOnAtSlaveUnheard, planted: slaveOverwritesOffsets, as: /C8: on the slave, solo had committed/ },
  ])('$what, and nothing where it is not', { timeout: 60_000 }, async ({ scenario, planted, as }) => {
    expect((await found(scenario, planted)).join('\n')).toMatch(as);
    expect(await foundWithout(scenario)).toEqual([]);
  });

  it('SEND_OK before the slave has the bytes by random scripts alone, and says how to see it again', { timeout: 60_000 }, async () => {
    let message: string | undefined;
    for (let seed = 1; seed <= SEEDS_MAX && message === undefined; seed++) {
      message = await runSeed(seed, answersBeforeTheSlave, ASYNC_FLUSH_SYNC).then(
        () => undefined,
        (error: Error) => error.message,
      );
    }
    expect(message).toMatch(/C1: .* is not on the slave/);
    expect(message).toMatch(/replay: SIM_SEED=\d+ npx vitest run e2e\/sim\/seeds\.test\.ts/);
  });
});
