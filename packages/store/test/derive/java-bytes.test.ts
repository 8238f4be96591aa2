import { describe, expect, it } from 'vitest';
import { javaFiles, openLog, putFiles } from './java-store.ts';
import { World } from './world.ts';

/** Stores written by Java 4.6.0, with what they were written with. */
const STORES = [
  {
    name: 'odd',
    url: new URL('golden/odd/', import.meta.url),
    mappedFileSizeCommitLog: 4096,
    mappedFileSizeConsumeQueue: 200,
    maxHashSlotNum: 7,
    maxIndexNum: 20,
  },
  {
    name: 'headless',
    url: new URL('golden/headless/', import.meta.url),
    mappedFileSizeCommitLog: 4096,
    mappedFileSizeConsumeQueue: 200,
    maxHashSlotNum: 7,
    maxIndexNum: 1000,
  },
  {
    name: 'store',
    url: new URL('../golden/store/root/', import.meta.url),
    mappedFileSizeCommitLog: 32_768,
    mappedFileSizeConsumeQueue: 400,
    maxHashSlotNum: 53,
    maxIndexNum: 200,
  },
];

describe.each(STORES)('the store "$name" of Java 4.6.0', ({ url, name: _name, ...options }) => {
  const commitLog = javaFiles(url, 'commitlog');
  const queues = javaFiles(url, 'consumequeue');
  const indexes = javaFiles(url, 'index');

  it('has consume queues whose bytes we derive from its log', async () => {
    const world = new World(1, options);
    putFiles(world, commitLog);
    await world.openAndCatchUp(openLog(world));
    await world.close();
    for (const { path, bytes } of queues) expect(world.read(path).toString('hex'), path).toBe(bytes.toString('hex'));
    expect(queues.length).toBeGreaterThan(2);
  });

  it('has index files whose bytes we derive from its log', async () => {
    const world = new World(2, options);
    putFiles(world, commitLog);
    await world.openAndCatchUp(openLog(world));
    await world.close();
    const ours = world.list('index').map((name) => world.read(`index/${name}`).toString('hex'));
    expect(ours).toEqual(indexes.map(({ bytes }) => bytes.toString('hex')));
  });

  it('is taken over as it is after a clean stop', async () => {
    const world = new World(3, options);
    putFiles(world, [...commitLog, ...queues, ...indexes]);
    const log = openLog(world);
    const derived = await world.open(log);
    expect(derived.derivedOffset).toBe(log.readableEnd);
    derived.derive(Infinity, undefined);
    await world.close();
    for (const { path, bytes } of [...queues, ...indexes]) expect(world.read(path).equals(bytes), path).toBe(true);
  });

  it('is compared with its log after an unclean stop, and stays as it is', async () => {
    const world = new World(4, options);
    putFiles(world, [...commitLog, ...queues, ...indexes]);
    const log = openLog(world);
    world.exitedNormally = false;
    const derived = await world.open(log);
    expect(derived.derivedOffset).toBe(log.minOffset);
    while (derived.derive(1000, undefined));
    await world.close();
    for (const { path, bytes } of queues) expect(world.read(path).equals(bytes), path).toBe(true);
    // Index files may have been made again, under other names.
    const ours = world.list('index').map((name) => world.read(`index/${name}`).toString('hex'));
    expect(ours).toEqual(indexes.map(({ bytes }) => bytes.toString('hex')));
  });
});
