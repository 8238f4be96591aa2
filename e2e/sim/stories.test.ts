import { describe, expect } from 'vitest';
import { PAIR, SOLO } from './cluster/clients.ts';
import { BACK_LIMIT_MS } from './cluster/run-seed.ts';
import { outcomes, repeated, story } from './cluster/story.ts';
import type { Row } from './cluster/rows.ts';

const ASYNC_ALONE: Row = { flush: 'ASYNC_FLUSH', master: 'ASYNC_MASTER', hasSlave: false };
const SYNC_ALONE: Row = { flush: 'SYNC_FLUSH', master: 'ASYNC_MASTER', hasSlave: false };

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
