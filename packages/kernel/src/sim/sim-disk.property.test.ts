import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSimulation } from './index.ts';

/**
 * The disk against a model of a few lines. In the model each file keeps, for every byte, what it is now and what
 * it may be after a power failure.
 */
type Step =
  | { do: 'write'; name: string; at: number; length: number; value: number }
  | { do: 'truncate'; name: string; size: number }
  | { do: 'datasync'; name: string }
  | { do: 'remove'; name: string }
  | { do: 'rename'; name: string; to: string }
  | { do: 'syncDir' };

const NAMES = ['p', 'q', 'r'];
const name = fc.constantFrom(...NAMES);
const size = fc.oneof(fc.nat(20_000), fc.constantFrom(0, 512, 4096, 8192));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      name,
      at: size,
      length: fc.nat(9000),
      value: fc.integer({ min: 1, max: 255 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('truncate' as const), name, size }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('datasync' as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), name, to: name }) },
  { weight: 2, arbitrary: fc.constant({ do: 'syncDir' as const }) },
);

interface ModelFile {
  now: Buffer;
  durable: Buffer;
  /** Written or cut since the last sync. */
  touched: Set<number>;
  sizes: Set<number>;
}

class Model {
  readonly files = new Map<string, ModelFile>();
  /** Every file a name may lead to after a power failure; undefined: none. */
  readonly possible = new Map<string, Set<ModelFile | undefined>>(NAMES.map((each) => [each, new Set([undefined])]));

  file(at: string): ModelFile {
    let file = this.files.get(at);
    if (file === undefined) {
      file = { now: Buffer.alloc(0), durable: Buffer.alloc(0), touched: new Set(), sizes: new Set([0]) };
      this.name(at, file);
    }
    return file;
  }

  name(at: string, file: ModelFile | undefined): void {
    if (file === undefined) this.files.delete(at);
    else this.files.set(at, file);
    this.possible.get(at)?.add(file);
  }

  resize(file: ModelFile, bytes: number): void {
    const grown = Buffer.alloc(bytes);
    file.now.copy(grown);
    for (let at = bytes; at < file.now.length; at++) file.touched.add(at);
    file.now = grown;
    file.sizes.add(bytes);
  }

  sync(file: ModelFile): void {
    file.durable = Buffer.from(file.now);
    file.touched.clear();
    file.sizes = new Set([file.now.length]);
  }

  syncDir(): void {
    for (const each of NAMES) this.possible.set(each, new Set([this.files.get(each)]));
  }
}

async function play(seed: number, steps: readonly Step[]) {
  const sim = createSimulation(seed);
  const host = sim.host('a');
  const { disk } = host.env;
  const model = new Model();
  for (const each of steps) {
    if (each.do === 'syncDir') {
      await sim.run(disk.syncDir('/'));
      model.syncDir();
      continue;
    }
    const path = `/${each.name}`;
    if (each.do === 'remove') {
      await sim.run(disk.remove(path));
      if (model.files.has(each.name)) model.name(each.name, undefined);
      continue;
    }
    if (each.do === 'rename') {
      const moved = model.files.get(each.name);
      if (moved === undefined || each.to === each.name) continue;
      disk.rename(path, `/${each.to}`);
      model.name(each.name, undefined);
      model.name(each.to, moved);
      continue;
    }
    const file = model.files.has(each.name) ? disk.open(path, 'readwrite') : disk.create(path, 0);
    const expected = model.file(each.name);
    if (each.do === 'write') {
      file.writeAt(each.at, Buffer.alloc(each.length, each.value), 0, each.length);
      if (each.length > 0 && each.at + each.length > expected.now.length) model.resize(expected, each.at + each.length);
      if (each.length > 0) expected.now.fill(each.value, each.at, each.at + each.length);
      for (let at = each.at; at < each.at + each.length; at++) expected.touched.add(at);
    } else if (each.do === 'truncate') {
      file.truncate(each.size);
      model.resize(expected, each.size);
    } else {
      await sim.run(file.datasync());
      model.sync(expected);
    }
    file.close();
  }
  return { host, model };
}

function isPossible(found: Buffer | undefined, file: ModelFile | undefined): boolean {
  if (found === undefined || file === undefined) return found === undefined && file === undefined;
  if (!file.sizes.has(found.length)) return false;
  for (let at = 0; at < found.length; at++) {
    if (found[at] !== (file.durable[at] ?? 0) && !file.touched.has(at)) return false;
  }
  return true;
}

describe('simulated disk against a model', () => {
  it('shows readers what was written, and a killed process loses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(step, { maxLength: 30 }), async (seed, steps) => {
        const { host, model } = await play(seed, steps);
        for (const end of ['live', 'killed']) {
          if (end === 'killed') host.kill();
          expect(host.env.disk.list('/').map((entry) => entry.name)).toEqual([...model.files.keys()].sort());
          for (const [at, file] of model.files) expect(host.disk.readFile(`/${at}`).equals(file.now)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('after a power failure shows nothing that could not be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(step, { maxLength: 30 }), async (seed, steps) => {
        const { host, model } = await play(seed, steps);
        host.crash();
        const verdicts = NAMES.map((each) => {
          const found = host.disk.exists(`/${each}`) ? host.disk.readFile(`/${each}`) : undefined;
          return [...(model.possible.get(each) ?? [])].some((file) => isPossible(found, file));
        });
        expect(verdicts).toEqual([true, true, true]);
      }),
      { numRuns: 300 },
    );
  });

  it('after a power failure is a disk like any other, whose room is counted right', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(step, { maxLength: 15 }), async (seed, steps) => {
        const { host } = await play(seed, steps);
        host.crash();
        const before = host.disk.files().map((path) => host.disk.readFile(path).toString('latin1'));
        host.crash();
        expect(host.disk.files().map((path) => host.disk.readFile(path).toString('latin1'))).toEqual(before);
        for (const path of host.disk.files()) host.disk.image.removeFile(path);
        expect(host.disk.freeBytes).toBe(host.disk.totalBytes);
      }),
      { numRuns: 60 },
    );
  });
});
