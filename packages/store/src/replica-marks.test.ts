import { describe, expect, it } from 'vitest';
import { SeamStore } from '../test/store-pair.ts';

const SYNC_MASTER = { brokerRole: 'SYNC_MASTER' } as const;
const isVisible = (master: SeamStore, count: number): boolean => master.store.queues.maxQueueOffset('Topic', 0) === count && master.store.queues.getMessage('Topic', 0, 0, 32, undefined).messageCount === count;

describe('a SYNC_MASTER with a replica', () => {
  it('tells senders and shows messages when a replica has them, in the turn of its acknowledgement', async () => {
    const master = await SeamStore.open(SYNC_MASTER);
    master.progress.setAvailable(true);
    const one = master.send();
    const two = master.send();
    const impatient = master.send({}, false);
    await master.simulation.runFor(100);
    expect([one.outcome, two.outcome, impatient.outcome]).toEqual(['WAITING', 'WAITING', 'PUT_OK']);
    expect(isVisible(master, 0)).toBe(true);
    expect(master.source.end).toBe(impatient.end);

    master.progress.acked(one.end);
    await master.simulation.runUntilIdle();
    expect([one.outcome, two.outcome]).toEqual(['PUT_OK', 'WAITING']);
    expect(isVisible(master, 1)).toBe(true);
    master.progress.acked(impatient.end);
    await master.simulation.runUntilIdle();
    expect(two.outcome).toBe('PUT_OK');
    expect(isVisible(master, 3)).toBe(true);
  });

  it('shows whole records only: a replica of Java’s may say it has a part of one', async () => {
    const master = await SeamStore.open(SYNC_MASTER);
    master.progress.setAvailable(true);
    const ends = Array.from({ length: 30 }, () => master.send({ body: Buffer.alloc(1000) }).end);
    await master.simulation.runFor(1);
    for (let acked = 0; acked <= (ends.at(-1) as number); acked += 97) {
      master.progress.acked(acked);
      await master.simulation.runUntilIdle();
      expect(isVisible(master, ends.filter((end) => end <= acked).length)).toBe(true);
    }
    expect(master.host.log.entries.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('fails only those beyond the acknowledged offset when time is up', async () => {
    const master = await SeamStore.open(SYNC_MASTER);
    master.progress.setAvailable(true);
    const [one, two] = [master.send(), master.send()];
    await master.simulation.runFor(4000);
    master.progress.acked(one.end);
    await master.simulation.runFor(900);
    expect([one.outcome, two.outcome]).toEqual(['PUT_OK', 'WAITING']);
    await master.simulation.runFor(200);
    expect(two.outcome).toBe('FLUSH_SLAVE_TIMEOUT');
    expect(isVisible(master, 1)).toBe(true);
  });

  it('waits for a replica that is gone for a moment, while others go on without it', async () => {
    const master = await SeamStore.open(SYNC_MASTER);
    master.progress.setAvailable(true);
    const before = master.send();
    await master.simulation.runFor(1);
    master.progress.setAvailable(false);
    const meanwhile = master.send();
    await master.simulation.runFor(200);
    expect([before.outcome, meanwhile.outcome]).toEqual(['WAITING', 'SLAVE_NOT_AVAILABLE']);
    expect(isVisible(master, 2)).toBe(true);
    master.progress.acked(meanwhile.end);
    master.progress.setAvailable(true);
    await master.simulation.runUntilIdle();
    expect(before.outcome).toBe('PUT_OK');
    const after = master.send();
    await master.simulation.runFor(1);
    expect([after.outcome, isVisible(master, 2)]).toEqual(['WAITING', true]);
  });

  it('with SYNC_FLUSH waits for both, and sends no replica what is not flushed', async () => {
    const master = await SeamStore.open({ ...SYNC_MASTER, flushDiskType: 'SYNC_FLUSH' });
    master.progress.setAvailable(true);
    master.host.disk.syncMs = { min: 10, max: 10 };
    const one = master.send();
    await master.simulation.runFor(1);
    expect(master.source.end).toBe(0);
    await master.simulation.runFor(50);
    expect([master.source.end, one.outcome, isVisible(master, 0)]).toEqual([one.end, 'WAITING', true]);
    master.progress.acked(one.end);
    await master.simulation.runUntilIdle();
    expect([one.outcome, isVisible(master, 1)]).toEqual(['PUT_OK', true]);
  });

  it('leaves nobody waiting when it stops, and closes cleanly without its replica', async () => {
    const master = await SeamStore.open(SYNC_MASTER);
    master.progress.setAvailable(true);
    const one = master.send();
    await master.simulation.runFor(1);
    await master.stop();
    expect(one.outcome).toBe('FLUSH_SLAVE_TIMEOUT');
    expect(master.host.disk.exists('/store/abort')).toBe(false);
    await master.open();
    expect(isVisible(master, 1)).toBe(true);
  });
});

describe('a SYNC_MASTER without a replica', () => {
  it('stores, shows, and says so at once', async () => {
    const master = await SeamStore.open(SYNC_MASTER);
    const [waits, impatient] = [master.send(), master.send({}, false)];
    await master.simulation.runFor(1);
    expect([waits.outcome, impatient.outcome]).toEqual(['SLAVE_NOT_AVAILABLE', 'PUT_OK']);
    expect(isVisible(master, 2)).toBe(true);
  });

  it('under SYNC_FLUSH not before it is flushed', async () => {
    const master = await SeamStore.open({ ...SYNC_MASTER, flushDiskType: 'SYNC_FLUSH' });
    master.host.disk.syncMs = { min: 10, max: 10 };
    const one = master.send();
    await master.simulation.runFor(5);
    expect([one.outcome, isVisible(master, 0)]).toEqual(['WAITING', true]);
    await master.simulation.runFor(50);
    expect([one.outcome, isVisible(master, 1)]).toEqual(['SLAVE_NOT_AVAILABLE', true]);
  });
});

it('an ASYNC_MASTER does not care who has it', async () => {
  const master = await SeamStore.open();
  master.progress.setAvailable(true);
  const one = master.send();
  await master.simulation.runFor(1);
  expect([one.outcome, isVisible(master, 1)]).toEqual(['PUT_OK', true]);
});

it('pushes with the turn’s write, before anybody is told', async () => {
  const master = await SeamStore.open(SYNC_MASTER);
  const order: string[] = [];
  master.onAdvanced = () => order.push(`advanced ${master.source.end}`);
  const end = master.store.admin.maxPhysicalOffset;
  const sending = master.send();
  master.store.appender.whenDurable(sending.end, false, { settle: () => order.push('told') });
  await master.simulation.runUntilIdle();
  expect(order).toEqual([`advanced ${sending.end}`, 'told']);
  expect(end).toBe(0);
});
