import { createSeededRandom } from '@rocketmq-ts/kernel';
import { createSimulation, type Simulation } from '@rocketmq-ts/kernel/sim';
import { decodeRecords } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';
import { openStore } from '../src/open-store.ts';
import type { MessageStore } from '../src/ports.ts';
import { message } from './messages.ts';
import { storeOptions } from './store-options.ts';

/**
 * Decay of durable bytes: whatever is damaged in the files of a store, it opens, serves no message that is not one
 * of those that were stored, and loses hardly more than what was hit.
 */
const MESSAGES = 120;
const SEEDS = 300;
const options = storeOptions({ mappedFileSizeConsumeQueue: 2000 });
const listener = { messageArrived() {} };
const open = (simulation: Simulation): Promise<MessageStore> => simulation.run(openStore(simulation.host('a').env, options, listener));

async function store(seed: number, ending: 'stop' | 'kill'): Promise<Simulation> {
  const simulation = createSimulation(seed);
  const opened = await open(simulation);
  for (let index = 0; index < MESSAGES; index++) {
    opened.appender.append(message({ queueId: index % 2, body: Buffer.alloc(200 + (index % 7) * 50, `${index} `), key: `key-${index}` }));
    if (index % 10 === 0) await simulation.runFor(50);
  }
  await simulation.runFor(12_000);
  if (ending === 'stop') await simulation.run(opened.stop());
  else simulation.host('a').kill();
  return simulation;
}

function readAll(opened: MessageStore): Map<string, number> {
  const found = new Map<string, number>();
  for (const queueId of [0, 1]) {
    for (let next = 0; next < opened.queues.maxQueueOffset('Topic', queueId); ) {
      const result = opened.queues.getMessage('Topic', queueId, next, 32, undefined);
      if (result.nextBeginOffset <= next) throw new Error(`reading stands still at ${next}`);
      for (const one of result.records.flatMap((record) => decodeRecords(record))) {
        const index = Number.parseInt(one.body.toString(), 10);
        expect(one.body.equals(Buffer.alloc(200 + (index % 7) * 50, `${index} `)), 'a body that was stored').toBe(true);
        expect([one.queueId, one.queueOffset], `message ${index}`).toEqual([index % 2, Math.floor(index / 2)]);
        expect(found.has(`${index}`), 'served once').toBe(false);
        found.set(`${index}`, one.queueOffset);
      }
      next = result.nextBeginOffset;
    }
  }
  return found;
}

describe.each(['stop', 'kill'] as const)('after a %s', (ending) => {
  it(`a store survives ${SEEDS} kinds of decay`, async () => {
    let lost = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = createSeededRandom(seed);
      const simulation = await store(seed, ending);
      const { disk } = simulation;
      const files = disk.files('/store').filter((path) => /commitlog\/|consumequeue\/|index\/|checkpoint|queueends/.test(path));
      const path = files[random.below(files.length)] as string;
      const content = disk.readFile(path);
      // Within what was written: zeros behind it can be damaged without anybody noticing.
      const used = Math.max(1, content.findLastIndex((byte) => byte !== 0));
      const at = random.below(used);
      const length = Math.min([1, 4, 20, 600][random.below(4)] as number, content.length - at);
      const bytes = random.below(3) === 0 ? Buffer.alloc(length) : Buffer.from(Array.from({ length }, () => random.below(256)));
      disk.damage(path, at, bytes);

      const context = `seed ${seed}: ${length} bytes at ${at} of ${path}`;
      try {
        const opened = await open(simulation);
        const found = readAll(opened);
        await simulation.runFor(3000);
        const hit = path.includes('commitlog') ? Math.ceil(length / 300) + 1 : 0;
        expect(found.size).toBeGreaterThanOrEqual(MESSAGES - hit);
        lost += MESSAGES - found.size;
        const next = opened.appender.append(message({ queueId: 0, body: Buffer.from('120 after') }));
        expect(next).toMatchObject({ status: 'APPENDED', queueOffset: MESSAGES / 2 });
        await simulation.run(opened.stop());
      } catch (error) {
        throw new Error(`${context}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }
    expect(lost).toBeGreaterThan(0);
  }, 60_000);
});
