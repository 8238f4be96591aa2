import { describe, expect } from 'vitest';
import { PAIR, SOLO } from './cluster/clients.ts';
import { forgeAcknowledgements } from './cluster/intruder.ts';
import { BACK_LIMIT_MS, isRefused } from './cluster/run-seed.ts';
import { readLogFiles, whyNotPrefix } from './cluster/log-files.ts';
import { type Row, rowText } from './cluster/rows.ts';
import { consumerGoesOnAtSlave, consumerReturnsToMaster, masterIsLostBeforeABacklog, masterIsLostBehindSlowLine, partition } from './cluster/scenarios.ts';
import { addressesAsked, outcomes, repeated, statusesHeard, story } from './cluster/story.ts';

const ASYNC_ALONE: Row = { flush: 'ASYNC_FLUSH', master: 'ASYNC_MASTER', hasSlave: false };
const SYNC_ALONE: Row = { flush: 'SYNC_FLUSH', master: 'ASYNC_MASTER', hasSlave: false };
const ASYNC_ASYNC: Row = { flush: 'ASYNC_FLUSH', master: 'ASYNC_MASTER', hasSlave: true };
const SYNC_FLUSH_ASYNC: Row = { flush: 'SYNC_FLUSH', master: 'ASYNC_MASTER', hasSlave: true };
const ASYNC_FLUSH_SYNC: Row = { flush: 'ASYNC_FLUSH', master: 'SYNC_MASTER', hasSlave: true };
const SYNC_SYNC: Row = { flush: 'SYNC_FLUSH', master: 'SYNC_MASTER', hasSlave: true };

describe('a single master', () => {
  story('nothing happens: every message is there once, and every group gets it once', { row: ASYNC_ALONE }, async ({ sim, history }) => {
    await sim.runFor(5_000);
    return {
      afterwards() {
        expect([...outcomes(history, 0).keys()]).toEqual(['SEND_OK']);
        expect(repeated(history, SOLO)).toEqual([]);
      },
    };
  });

  story('ASYNC_FLUSH: the process is killed, nothing is lost', { row: ASYNC_ALONE }, async (cluster) => {
    cluster.kill('master');
    await cluster.sim.runFor(1_000);
  });

  story('ASYNC_FLUSH: the machine loses power, what was acknowledged before the last flush is there', { row: ASYNC_ALONE, seed: 5 }, async (cluster) => {
    const { sim, history } = cluster;
    cluster.losePower('master');
    const lostMs = sim.nowMs;
    await sim.runFor(1_000);
    // Whatever the power took, sends go on behind it and are served; `check` allows the loss of the interval only.
    return { afterwards: () => expect(outcomes(history, lostMs + 1_000).get('SEND_OK')).toBeGreaterThan(0) };
  });

  story('SYNC_FLUSH: the machine loses power, nothing is lost', { row: SYNC_ALONE }, async (cluster) => {
    cluster.losePower('master');
    await cluster.sim.runFor(1_000);
  });

  story('its disk is slow under SYNC_FLUSH: answers say FLUSH_DISK_TIMEOUT, and nothing is lost', { row: SYNC_ALONE }, async ({ sim, history }) => {
    const sinceMs = sim.nowMs;
    sim.host('master').disk.syncMs = { min: 1_500, max: 1_500 };
    await sim.runFor(4_000);
    sim.host('master').disk.syncMs = { min: 0.05, max: 1 };
    const untilMs = sim.nowMs;
    return { afterwards: () => expect(outcomes(history, sinceMs, untilMs).get('FLUSH_DISK_TIMEOUT')).toBeGreaterThan(0) };
  });
});

describe('name servers', () => {
  story('one of two is lost: nobody notices', { row: ASYNC_ALONE }, async (cluster) => {
    const { sim, history } = cluster;
    cluster.losePower('ns1');
    await sim.runFor(15_000);
    return {
      afterwards() {
        expect([...outcomes(history, 0).keys()]).toEqual(['SEND_OK']);
        expect(repeated(history, SOLO)).toEqual([]);
      },
    };
  });

  story('both are lost: those who know each other go on, and a client that is new finds its way when one is back', { row: ASYNC_ALONE }, async (cluster) => {
    const { sim, history } = cluster;
    cluster.kill('ns1');
    cluster.kill('ns2');
    await sim.runFor(10_000);
    expect([...outcomes(history, 0).keys()]).toEqual(['SEND_OK']);
    cluster.clients.get('c2')?.restart();
    const startedMs = sim.nowMs;
    await sim.runFor(5_000);
    cluster.start('ns2');
    await sim.runUntil(() => history.reads.some(({ by, atMs }) => by === `${PAIR} c2` && atMs > startedMs + 5_000), BACK_LIMIT_MS);
  });
});

describe('what SEND_OK promises', () => {
  for (const row of [ASYNC_ASYNC, SYNC_FLUSH_ASYNC, ASYNC_FLUSH_SYNC, SYNC_SYNC]) {
    story(`${rowText(row)}: the master is killed under load and comes back: nothing is lost, no offset goes back`, { row }, async (cluster) => {
      cluster.kill('master');
      await cluster.sim.runFor(2_000);
    });
  }

  story('ASYNC_MASTER + ASYNC_FLUSH: the machine of the master loses power: at most the flush interval is lost', { row: ASYNC_ASYNC, seed: 2 }, async (cluster) => {
    cluster.losePower('master');
    await cluster.sim.runFor(2_000);
  });

  story('ASYNC_MASTER + SYNC_FLUSH: the machine of the master loses power: nothing is lost, and the slave goes on', { row: SYNC_FLUSH_ASYNC }, async (cluster) => {
    cluster.losePower('master');
    await cluster.sim.runFor(2_000);
  });

  story('SYNC_MASTER + ASYNC_FLUSH: the machine of the master loses power: all is on the slave, and consumers finish from it', { row: ASYNC_FLUSH_SYNC }, async (cluster) => {
    await masterIsLostBeforeABacklog(cluster);
    return { isMasterGone: true };
  });

  story('SYNC_MASTER + SYNC_FLUSH: the disk of the master is lost: all is on the slave, and consumers finish from it', { row: SYNC_SYNC }, async (cluster) => {
    await masterIsLostBehindSlowLine(cluster);
    return { isMasterGone: true };
  });

  for (const row of [SYNC_FLUSH_ASYNC, SYNC_SYNC]) {
    story(`${rowText(row)}: both machines lose power: nothing is lost`, { row }, async (cluster) => {
      cluster.losePower('master');
      cluster.losePower('slave');
      await cluster.sim.runFor(2_000);
    });
  }

  story('SYNC_MASTER + ASYNC_FLUSH: the slave loses power: the master has all, and gives it again', { row: ASYNC_FLUSH_SYNC }, async (cluster) => {
    cluster.losePower('slave');
    await cluster.sim.runFor(2_000);
  });
});

describe('master and slave', () => {
  for (const isOneWay of [false, true]) {
    story(`${isOneWay ? 'nothing of the slave reaches the master' : 'they do not reach each other'}: FLUSH_SLAVE_TIMEOUT, then SLAVE_NOT_AVAILABLE, then SEND_OK again`, { row: ASYNC_FLUSH_SYNC }, async (cluster) => {
      const { sim, history } = cluster;
      const sinceMs = sim.nowMs + 100;
      await partition(cluster, 10_000, isOneWay);
      expect(statusesHeard(history, sinceMs)).toEqual(['FLUSH_SLAVE_TIMEOUT', 'SLAVE_NOT_AVAILABLE']);
      await sim.runUntil(() => statusesHeard(history, sim.nowMs - 500).join() === 'SEND_OK', BACK_LIMIT_MS);
    });
  }

  story('the line between them is slow: answers take as long as the line, and are SEND_OK', { row: SYNC_SYNC }, async ({ sim, network, history }) => {
    network.slow('master', 'slave', { delayMs: 60, bytesPerMs: 200 });
    const sinceMs = sim.nowMs + 200;
    await sim.runFor(4_000);
    const untilMs = sim.nowMs - 500;
    network.fast('master', 'slave');
    expect(statusesHeard(history, sinceMs, untilMs)).toEqual(['SEND_OK']);
    const waited = [...history.sends.values()].filter(({ waits, invokedMs }) => waits && invokedMs >= sinceMs && invokedMs < untilMs).map(({ invokedMs, outcome }) => outcome!.atMs - invokedMs);
    // There and back.
    expect(Math.min(...waited)).toBeGreaterThan(120);
  });

  story('the slave is killed and comes back: SLAVE_NOT_AVAILABLE meanwhile, and it goes on from where it was', { row: ASYNC_FLUSH_SYNC }, async (cluster) => {
    const { sim, history } = cluster;
    const sinceMs = sim.nowMs + 100;
    cluster.kill('slave');
    await sim.runFor(3_000);
    expect(statusesHeard(history, sinceMs)).toEqual(['SLAVE_NOT_AVAILABLE']);
  });

  story('an empty slave copies the whole log', { row: ASYNC_FLUSH_SYNC }, async (cluster) => {
    cluster.kill('slave');
    cluster.moveStoreAway('slave');
    await cluster.sim.runFor(2_000);
    return { afterwards: () => expect(readLogFiles(cluster.disk('slave')).start).toBe(0) };
  });

  story('the master comes back at another address: slave, producers and consumers find it', { row: SYNC_SYNC }, async (cluster) => {
    cluster.stop('master');
    await cluster.sim.runUntil(() => cluster.isDown('master'), 30_000);
    cluster.moveMaster(11911);
    await cluster.sim.runFor(1_000);
    cluster.start('master');
  });

  story('the master dies: a consumer finishes from the slave, and when the master is back no offset has gone back', { row: ASYNC_FLUSH_SYNC }, async (cluster) => {
    const { sim, watcher, history } = cluster;
    const sinceMs = sim.nowMs;
    const deadMs = sinceMs + 3_000;
    let atSlave: ReadonlyMap<number, number> = new Map();
    await consumerGoesOnAtSlave(cluster, async () => {
      atSlave = (await sim.run(watcher.committedSurely('slave'))).get(SOLO) ?? new Map();
      const queues = await sim.run(watcher.audit('slave'));
      expect(Object.fromEntries(atSlave)).toEqual(Object.fromEntries(queues.map(({ queueId, maxOffset }) => [queueId, maxOffset])));
    });
    expect(addressesAsked(history, 'c1', deadMs)).toEqual([cluster.addressOf('slave')]);
    expect((await sim.run(watcher.committedSurely('master'))).get(SOLO)).toEqual(atSlave);
    await consumerReturnsToMaster(cluster);
    return { afterwards: () => expect(repeated(history, SOLO, sinceMs)).toEqual([]) };
  });

  story('a consumer lags by more than the memory holds: it reads from the slave until it has caught up', { row: ASYNC_FLUSH_SYNC, workload: { pauseMs: 60 } }, async (cluster) => {
    const { sim, history, clients } = cluster;
    cluster.kill('c1');
    await sim.runFor(8_000);
    clients.get('c1')?.start();
    const sinceMs = sim.nowMs;
    await sim.runFor(8_000);
    expect(addressesAsked(history, 'c1', sinceMs)).toContain(cluster.addressOf('slave'));
    expect(addressesAsked(history, 'c1', sim.nowMs - 1_000)).toEqual([cluster.addressOf('master')]);
  });

  story('the slave has what the master lost with its power: it refuses to follow, and when its store is moved away copies all', { row: ASYNC_ASYNC, seed: 7 }, async (cluster) => {
    const { sim } = cluster;
    cluster.losePower('master');
    await sim.runFor(1_000);
    cluster.start('master');
    await sim.runUntil(() => isRefused(cluster), BACK_LIMIT_MS);
    cluster.stop('slave');
    await sim.runUntil(() => cluster.isDown('slave'), BACK_LIMIT_MS);
    cluster.moveStoreAway('slave');
    return { afterwards: () => expect(whyNotPrefix(readLogFiles(cluster.disk('slave')), readLogFiles(cluster.disk('master')))).toBeUndefined() };
  });

  story('a stranger acknowledges what it was never sent: the master hangs up, and no sender believes it', { row: ASYNC_FLUSH_SYNC }, async (cluster) => {
    const { sim, history } = cluster;
    cluster.kill('slave');
    const sinceMs = sim.nowMs + 100;
    expect(await forgeAcknowledgements(cluster, 3_000)).toBeGreaterThan(10);
    expect(statusesHeard(history, sinceMs)).not.toContain('SEND_OK');
  });
});
