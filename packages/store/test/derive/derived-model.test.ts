import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryLog } from './memory-log.ts';
import { World } from './world.ts';

/**
 * Random histories of a store against a plain array of messages: whatever happened to the derived files, once the log
 * has been derived again every message of the log is found by its queue offset, by its keys, and by nothing else.
 */
type Step =
  | {
      readonly do: 'send';
      readonly topic: number;
      readonly queueId: number;
      readonly keys: readonly number[];
      readonly type: number;
      readonly times: number;
    }
  | { readonly do: 'derive'; readonly bytes: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'datasync' | 'close' | 'kill' }
  | { readonly do: 'power'; readonly lost: number }
  | { readonly do: 'deleteHead'; readonly share: number }
  | { readonly do: 'damage'; readonly pick: number; readonly at: number; readonly length: number; readonly value: number }
  | { readonly do: 'removeFile' | 'cutFile'; readonly pick: number };

const TOPICS = ['alpha', 'béta', 'a-rather-long-topic-name'];

const safeSteps: fc.Arbitrary<Step>[] = [
  fc.record({
    do: fc.constant('send' as const),
    topic: fc.nat(TOPICS.length - 1),
    queueId: fc.nat(2),
    keys: fc.array(fc.nat(6), { maxLength: 3 }),
    type: fc.constantFrom(0, 0, 0, 0, 4, 8, 12),
    times: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({ do: fc.constant('derive' as const), bytes: fc.integer({ min: 1, max: 5000 }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 4000 }) }),
  fc.record({ do: fc.constantFrom('datasync' as const, 'close' as const, 'kill' as const) }),
  fc.record({ do: fc.constant('power' as const), lost: fc.nat(10) }),
  fc.record({ do: fc.constant('deleteHead' as const), share: fc.integer({ min: 0, max: 60 }) }),
];
const harmfulSteps: fc.Arbitrary<Step>[] = [
  fc.record({
    do: fc.constant('damage' as const),
    pick: fc.nat(50),
    at: fc.nat(200),
    length: fc.integer({ min: 1, max: 40 }),
    value: fc.nat(255),
  }),
  fc.record({ do: fc.constantFrom('removeFile' as const, 'cutFile' as const), pick: fc.nat(50) }),
];

class History {
  readonly world: World;
  readonly log = new MemoryLog();
  #now = 1_700_000_000_000;
  #isOpen = false;
  #isSpoiled = false;

  constructor(seed: number) {
    this.world = new World(seed);
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.#open();
    for (const step of steps) await this.#do(step);
    await this.#open();
    this.#check();
  }

  async #open(): Promise<void> {
    if (this.#isOpen) await this.world.close();
    await this.world.openAndCatchUp(this.log);
    this.#isOpen = true;
    this.world.keepCheckpoint();
  }

  async #do(step: Step): Promise<void> {
    const { world, log } = this;
    switch (step.do) {
      case 'send':
        for (let count = 0; count < step.times; count++) this.#send(step);
        return;
      case 'derive':
        world.derived.derive(step.bytes, undefined);
        return;
      case 'wait':
        await world.sim.runFor(step.ms);
        return;
      case 'datasync':
        return world.datasync();
      case 'close':
        while (world.derived.derive(1 << 20, undefined));
        return this.#open();
      case 'kill':
        world.crash('kill');
        return this.#reopen();
      case 'power':
        world.crash('power');
        this.#isSpoiled = true;
        if (step.lost > 0 && log.records.length > step.lost) log.cutAt(log.records.length - step.lost);
        return this.#reopen();
      case 'deleteHead': {
        const index = Math.floor((log.records.length * step.share) / 100);
        if (log.records[index] === undefined || log.records[index].physicalOffset <= log.minOffset) return;
        while (world.derived.derive(1 << 20, undefined));
        log.deleteBefore(index);
        return world.sim.run(world.derived.deleteBefore(log.minOffset));
      }
      case 'damage':
      case 'removeFile':
      case 'cutFile':
        return this.#harm(step);
    }
  }

  async #reopen(): Promise<void> {
    this.#isOpen = false;
    await this.#open();
  }

  #send(step: Extract<Step, { do: 'send' }>): void {
    const topic = TOPICS[step.topic] as string;
    const takesOffset = step.type === 0 || step.type === 8;
    const properties = {
      ...(step.keys.length > 0 ? { KEYS: step.keys.map((key) => `key${key}`).join(' ') } : {}),
      UNIQ_KEY: `u${this.log.records.length}`,
      TAGS: `tag${step.topic}`,
    };
    this.#now += step.times;
    this.log.append({
      topic,
      queueId: step.queueId,
      queueOffset: takesOffset ? this.#nextOffset(topic, step.queueId) : 0,
      sysFlag: step.type,
      storeTimestamp: this.#now,
      properties,
    });
  }

  /** What the appender counts: seeded by the derived side at the start, by its own sends after. */
  #nextOffset(topic: string, queueId: number): number {
    const last = this.#alive(topic, queueId).at(-1);
    return last === undefined ? this.world.derived.nextQueueOffset(topic, queueId) : last.spec.queueOffset + 1;
  }

  /** Somebody spoils a file while the store is closed in good order. */
  async #harm(step: Extract<Step, { do: 'damage' | 'removeFile' | 'cutFile' }>): Promise<void> {
    const { world } = this;
    while (world.derived.derive(1 << 20, undefined));
    await world.close();
    const files = queueFiles(world);
    const path = files[step.pick % Math.max(1, files.length)];
    if (path !== undefined) {
      this.#isSpoiled = true;
      if (step.do === 'damage') world.overwrite(path, step.at, Buffer.alloc(Math.min(step.length, 200 - step.at), step.value));
      else if (step.do === 'cutFile') world.overwriteLength(path, 90);
      else await world.sim.run(world.host.env.disk.remove(`/store/${path}`));
    }
    this.#isOpen = false;
    await this.#open();
  }

  #check(): void {
    const { log, world } = this;
    const alive = log.records.filter(({ physicalOffset }) => physicalOffset >= log.minOffset);
    for (const topic of TOPICS) {
      for (let queueId = 0; queueId <= 2; queueId++) this.#checkQueue(topic, queueId);
    }
    for (const key of [0, 1, 2, 3, 4, 5, 6].map((number) => `key${number}`)) {
      for (const topic of TOPICS) {
        const wanted = alive.filter(
          ({ spec }) => spec.topic === topic && spec.sysFlag !== 12 && (spec.properties?.['KEYS'] ?? '').split(' ').includes(key),
        );
        const { records } = world.derived.queryByKey({ topic, key, maxCount: 64, beginWallMs: 0, endWallMs: Number.MAX_SAFE_INTEGER });
        expect(records.map((record) => record.readUInt32BE(32))).toEqual(wanted.map(({ physicalOffset }) => physicalOffset).slice(-64));
      }
    }
  }

  #checkQueue(topic: string, queueId: number): void {
    const { queues } = this.world.derived;
    const alive = this.#alive(topic, queueId);
    const [first, last] = [alive[0], alive.at(-1)];
    // Where a queue ends whose messages are all gone from the log, only its files can tell.
    if (first === undefined || last === undefined) return;
    expect(queues.maxQueueOffset(topic, queueId)).toBe(last.spec.queueOffset + 1);
    // A damaged unit of a message that is gone may still count; reading passes over it.
    if (this.#isSpoiled) expect(queues.minQueueOffset(topic, queueId)).toBeLessThanOrEqual(first.spec.queueOffset);
    else expect(queues.minQueueOffset(topic, queueId)).toBe(first.spec.queueOffset);
    const got: number[] = [];
    for (let next = first.spec.queueOffset; next < queues.maxQueueOffset(topic, queueId);) {
      const { records, nextBeginOffset, status } = queues.getMessage(topic, queueId, next, 32, undefined);
      expect(nextBeginOffset, status).toBeGreaterThan(next);
      for (const record of records)
        for (let at = 0; at < record.length; at += record.readInt32BE(at)) got.push(record.readUInt32BE(at + 32));
      next = nextBeginOffset;
    }
    expect(got).toEqual(alive.map(({ physicalOffset }) => physicalOffset));
  }

  #alive(topic: string, queueId: number): MemoryLog['records'] {
    const { records, minOffset } = this.log;
    return records.filter(
      ({ spec, physicalOffset }) =>
        physicalOffset >= minOffset && spec.topic === topic && spec.queueId === queueId && takesUnit(spec.sysFlag),
    );
  }
}

function takesUnit(sysFlag: number | undefined): boolean {
  return sysFlag === 0 || sysFlag === 8;
}

function queueFiles(world: World): string[] {
  const paths: string[] = [];
  for (const topic of world.list('consumequeue')) {
    for (const queue of world.list(`consumequeue/${topic}`)) {
      for (const name of world.list(`consumequeue/${topic}/${queue}`)) paths.push(`consumequeue/${topic}/${queue}/${name}`);
    }
  }
  return paths;
}

describe('derived files against a plain array', () => {
  it('hold every message after any history of stops, crashes and deletions', { timeout: 120_000 }, async () => {
    const steps = fc.array(fc.oneof(...safeSteps), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(fc.nat(), steps, (seed, history) => new History(seed).run(history)),
      { seed: 20261122, numRuns: 250 },
    );
  });

  it('hold every message also when queue files are spoiled, cut short or removed', { timeout: 120_000 }, async () => {
    const steps = fc.array(fc.oneof(...safeSteps, ...harmfulSteps), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(fc.nat(), steps, (seed, history) => new History(seed).run(history)),
      { seed: 7, numRuns: 250 },
    );
  });

  const send = (times: number, topic = 0, keys: number[] = []): Step => ({ do: 'send', topic, queueId: 0, keys, type: 0, times });
  const power = (lost: number): Step => ({ do: 'power', lost });
  // Each was found by a random history and lost messages or keys.
  it.each<{ what: string; steps: Step[] }>([
    {
      what: 'a cut of a queue that a second failure of power undoes',
      steps: [send(2), { do: 'close' }, power(1), send(1, 1), power(0), { do: 'wait', ms: 1 }],
    },
    {
      what: 'an index file taken into use again, then lost',
      steps: [send(10, 0, [0, 0, 0]), { do: 'datasync' }, { do: 'close' }, power(6), power(0), { do: 'wait', ms: 1 }],
    },
    {
      what: 'index entries that were taken back',
      steps: [
        send(2, 0, [0]),
        { do: 'removeFile', pick: 0 },
        power(1),
        send(1),
        { do: 'removeFile', pick: 0 },
        { do: 'kill' },
        { do: 'derive', bytes: 1 },
      ],
    },
    {
      what: 'a cut file whose messages are partly gone from the log',
      steps: [send(12), { do: 'cutFile', pick: 0 }, { do: 'deleteHead', share: 34 }, { do: 'wait', ms: 1 }],
    },
    {
      what: 'half a blank unit',
      steps: [send(11), { do: 'deleteHead', share: 46 }, power(1), { do: 'cutFile', pick: 0 }, { do: 'derive', bytes: 1 }],
    },
  ])('hold every message after $what, whatever the seed', async ({ steps }) => {
    for (let seed = 0; seed < 60; seed++) await new History(seed).run(steps);
  });
});
