import assert from 'node:assert/strict';
import { appendTurn, envWithoutWrites, messageOf, openBenchmarkStore, realEnv } from '../stores.ts';
import type { Subject } from '../subject.ts';

const PER_TURN = 500;
const PROPERTIES = 'UNIQ_KEY\u0001C000020200004E0E2F2A6F87916E0001\u0002KEYS\u0001order-188 order-189\u0002';

/** The index has no door of its own in the store: its price is what an append costs with it and without. */
export async function open(): Promise<readonly Subject[]> {
  const indexed = await openBenchmarkStore(envWithoutWrites());
  const plain = await openBenchmarkStore(envWithoutWrites(), { messageIndexEnable: false });
  const message = messageOf(128, PROPERTIES);
  return [
    {
      id: 'index-put',
      title: 'Index put: three keys a message, as the difference between an append with and without the index (disk without writes)',
      unit: 'message',
      unitsPerRun: PER_TURN,
      secondsMax: 0.08,
      contestants: [
        { name: 'append, three keys indexed', runThen: (done) => appendTurn(indexed.store, message, PER_TURN, done) },
        { name: 'append, messageIndexEnable=false', runThen: (done) => appendTurn(plain.store, message, PER_TURN, done) },
      ],
      async check() {
        const real = await openBenchmarkStore(realEnv());
        try {
          await new Promise<void>((resolve) => appendTurn(real.store, message, 3, resolve));
          const query = { topic: message.topic, maxCount: 10, beginWallMs: 0, endWallMs: Number.MAX_SAFE_INTEGER };
          for (const key of ['order-188', 'order-189']) assert.equal(real.store.finder.queryByKey({ ...query, key }).records.length, 3);
        } finally {
          await real.close();
        }
      },
      async close() {
        await indexed.close();
        await plain.close();
      },
    },
  ];
}
