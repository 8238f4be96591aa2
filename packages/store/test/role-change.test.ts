import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { describe, expect, it } from 'vitest';
import { SeamStore, wholeLog } from './store-pair.ts';

/**
 * A store keeps what it has, whatever it is opened as next: a slave's guards stand beside its log, a master's in it.
 */
const ENDINGS = ['stop', 'kill', 'crash'] as const;
type Ending = (typeof ENDINGS)[number];
const SYNC = { flushDiskType: 'SYNC_FLUSH' } as const;

async function end(store: SeamStore, ending: Ending): Promise<void> {
  if (ending === 'stop') await store.stop();
  else store.host[ending]();
}

async function send(store: SeamStore, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const sending = store.send({ body: Buffer.alloc(500 + index * 37, `${index}`) });
    await store.simulation.runUntil(() => sending.outcome !== 'WAITING');
    expect(sending.outcome).toBe('PUT_OK');
  }
}

/** Everything that `from` has and `to` has not. */
async function copy(from: SeamStore, to: SeamStore): Promise<void> {
  const bytes = wholeLog(from.source, to.tail.receivedEnd);
  expect(to.tail.take(bytes)).toBeUndefined();
  await to.simulation.runUntil(() => to.tail.reportableEnd === from.source.end);
}

describe.each(ENDINGS)('after a %s', (ending) => {
  it('a slave becomes a master, and a slave again of one that went on', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const simulation = createSimulation(seed);
      const first = await SeamStore.open(SYNC, 'first', simulation);
      const second = await SeamStore.open({ ...SYNC, brokerRole: 'SLAVE' }, 'second', simulation);
      await send(first, 15);
      await copy(first, second);
      const shared = second.tail.reportableEnd;

      await end(second, ending);
      await second.open({ brokerRole: 'ASYNC_MASTER' });
      expect(second.store.admin.maxPhysicalOffset).toBe(shared);
      await send(second, 25);
      const wholeEnd = second.source.end;
      await end(second, ending);
      await second.open({ brokerRole: 'ASYNC_MASTER' });
      expect(second.store.admin.maxPhysicalOffset).toBe(wholeEnd);

      await end(first, ending);
      await first.open({ brokerRole: 'SLAVE' });
      expect(first.tail.receivedEnd).toBe(shared);
      expect(first.tail.firstDifference(1, wholeLog(second.source, 1, shared))).toBeUndefined();
      await copy(second, first);
      await end(first, ending);
      await first.open({ brokerRole: 'SLAVE' });
      expect(first.tail.receivedEnd).toBe(wholeEnd);
      expect(first.files(wholeEnd).equals(wholeLog(second.source))).toBe(true);
      await first.stop();
      expect(first.host.disk.exists('/store/tailguards')).toBe(false);
    }
  });
});

it('a slave’s log that ends where a master keeps its guards is gone on with', async () => {
  const simulation = createSimulation(1);
  const size = 16 * 1024;
  // The larger files of its master stand for Java's, which are filled to the end.
  const java = await SeamStore.open({ mappedFileSizeCommitLog: 4 * size }, 'java', simulation);
  for (let at = 0; at < size - 1200; at = java.store.admin.maxPhysicalOffset) await send(java, 1);
  const store = await SeamStore.open({ ...SYNC, brokerRole: 'SLAVE' }, 'store', simulation);
  await copy(java, store);
  const { reportableEnd } = store.tail;
  expect(reportableEnd).toBeGreaterThan(size - 4 * 512);
  for (const ending of ['stop', 'crash'] as const) {
    await end(store, ending);
    await store.open({ brokerRole: 'ASYNC_MASTER' });
    const before = store.source.end;
    await send(store, 3);
    expect(store.source.end).toBeGreaterThan(Math.max(before, size));
    expect(store.files(reportableEnd).equals(wholeLog(java.source, 0, reportableEnd))).toBe(true);
  }
});
