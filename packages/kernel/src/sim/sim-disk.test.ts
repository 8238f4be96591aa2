import { describe, expect, it } from 'vitest';
import { DiskError } from '../errors.ts';
import { HostDied, createSimulation } from './index.ts';

function setUp(seed = 1) {
  const sim = createSimulation(seed);
  const host = sim.host('a');
  return { sim, host, disk: host.env.disk, control: host.disk };
}

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof DiskError) return error.systemCode;
    throw error;
  }
  return 'none';
};

const text = (words: string) => Buffer.from(words, 'latin1');

describe('simulated disk', () => {
  it('keeps huge sparse files in no memory and little room', () => {
    const { disk, control } = setUp();
    disk.makeDir('/store/commitlog');
    const free = control.freeBytes;
    for (let i = 0; i < 100; i++) {
      const file = disk.create(`/store/commitlog/${i}`, 2 ** 30);
      file.writeAt(2 ** 30 - 3, text('end'), 0, 3);
      const target = Buffer.alloc(8, 1);
      expect(file.readAt(2 ** 30 - 5, target, 0, 8)).toBe(5);
      expect(target.toString('latin1')).toBe('\0\0end\x01\x01\x01');
      file.close();
    }
    expect(free - control.freeBytes).toBe(100 * 4096);
    expect(disk.usage('/')).toEqual({ totalBytes: control.totalBytes, freeBytes: control.freeBytes });
  });

  it('answers misuse with the codes of a real system', async () => {
    const { sim, disk } = setUp();
    disk.makeDir('/d/sub');
    disk.create('/d/f', 1).close();
    expect(codeOf(() => disk.open('/d/none', 'read'))).toBe('ENOENT');
    expect(codeOf(() => disk.open('/d', 'read'))).toBe('EISDIR');
    expect(codeOf(() => disk.create('/d/f', 1))).toBe('EEXIST');
    expect(codeOf(() => disk.create('/none/f', 1))).toBe('ENOENT');
    expect(codeOf(() => disk.makeDir('/d/f/x'))).toBe('ENOTDIR');
    expect(codeOf(() => disk.rename('/d/none', '/d/f'))).toBe('ENOENT');
    expect(codeOf(() => disk.rename('/d/f', '/d/sub'))).toBe('EISDIR');
    expect(codeOf(() => disk.removeDir('/d'))).toBe('ENOTEMPTY');
    expect(codeOf(() => disk.list('/d/f'))).toBe('ENOTDIR');
    expect(codeOf(() => disk.open('/d/f', 'read').writeAt(0, text('x'), 0, 1))).toBe('EBADF');
    await expect(sim.run(disk.syncDir('/none'))).rejects.toMatchObject({ code: 'DISK_ENOENT' });
    await sim.run(disk.remove('/none'));
    expect(disk.list('/none')).toEqual([]);
    expect([disk.sizeOf('/d/f'), disk.sizeOf('/d'), disk.sizeOf('/none')]).toEqual([1, undefined, undefined]);
  });

  it('gives the room of a removed file back when its last handle is closed', async () => {
    const { sim, disk, control } = setUp();
    const free = control.freeBytes;
    const file = disk.create('/f', 0);
    file.writeAt(0, Buffer.alloc(10_000, 1), 0, 10_000);
    await sim.run(disk.remove('/f'));
    expect(disk.exists('/f')).toBe(false);
    expect(file.readAt(0, Buffer.alloc(5), 0, 5)).toBe(5);
    expect(free - control.freeBytes).toBe(3 * 4096);
    file.close();
    expect(control.freeBytes).toBe(free);
  });

  it('writes what fits and no more when it is full, and goes on when there is room again', () => {
    const { disk, control } = setUp();
    const file = disk.create('/f', 0);
    file.writeAt(0, text('x'), 0, 1);
    control.freeBytes = 5000;
    const bytes = Buffer.alloc(20_000, 7);
    expect(codeOf(() => file.writeAt(1, bytes, 0, bytes.length))).toBe('ENOSPC');
    expect(file.sizeBytes()).toBe(8192);
    expect(control.freeBytes).toBeLessThan(4096);
    file.writeAt(100, bytes, 0, 500);
    control.freeBytes = 100_000;
    file.writeAt(1, bytes, 0, bytes.length);
    expect(file.sizeBytes()).toBe(20_001);
  });
});

describe('chosen faults', () => {
  it('hit the nth call of their kind and path, as often as asked', () => {
    const { disk, control } = setUp();
    const [a, b] = [disk.create('/a', 0), disk.create('/b', 0)];
    control.faults.fail({ call: 'writeAt', systemCode: 'EIO', nth: 2, times: 2, path: (path) => path === '/a' });
    const outcomes = [1, 2, 3, 4].map(() => [a, b].map((file) => codeOf(() => file.writeAt(0, text('0123456789'), 0, 10))));
    expect(outcomes).toEqual([
      ['none', 'none'],
      ['EIO', 'none'],
      ['EIO', 'none'],
      ['none', 'none'],
    ]);
    control.faults.fail({ call: 'readAt', systemCode: 'EIO', times: Infinity });
    expect([1, 2].map(() => codeOf(() => a.readAt(0, Buffer.alloc(1), 0, 1)))).toEqual(['EIO', 'EIO']);
    control.faults.clear();
    expect(a.readAt(0, Buffer.alloc(1), 0, 1)).toBe(1);
  });

  it('let any prefix of a failing write through', () => {
    const lengths = new Set<number>();
    for (let seed = 0; seed < 50; seed++) {
      const { disk, control } = setUp(seed);
      const file = disk.create('/f', 0);
      control.faults.fail({ call: 'writeAt', systemCode: 'EIO' });
      expect(codeOf(() => file.writeAt(0, Buffer.alloc(10, 1), 0, 10))).toBe('EIO');
      lengths.add(file.sizeBytes());
    }
    expect(lengths.size).toBeGreaterThan(8);
  });

  it('make a failed datasync final for its file, and what it covered uncertain for ever', async () => {
    const outcomes = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const { sim, host, disk, control } = setUp(seed);
      const file = disk.create('/f', 0);
      await sim.run(disk.syncDir('/'));
      control.faults.fail({ call: 'datasync', systemCode: 'EIO' });
      file.writeAt(0, text('first'), 0, 5);
      await expect(sim.run(file.datasync())).rejects.toMatchObject({ code: 'DISK_EIO' });
      await expect(sim.run(file.datasync())).rejects.toMatchObject({ code: 'DISK_EIO' });
      // Another handle would be told that all is well: the system has taken the lost pages for clean.
      const other = disk.open('/f', 'readwrite');
      other.writeAt(5000, text('second'), 0, 6);
      await sim.run(other.datasync());
      expect(control.readFile('/f', 0, 5).toString()).toBe('first');
      host.crash();
      const after = control.readFile('/f');
      expect(after.subarray(5000).toString()).toBe('second');
      outcomes.add(after.toString('latin1', 0, 5));
    }
    expect([...outcomes]).toEqual(expect.arrayContaining(['first', '\0\0\0\0\0']));
  });

  it('kill inside a write between two pages, and count the calls that matter', () => {
    const sizes = new Set<number>();
    for (let seed = 0; seed < 50; seed++) {
      const { host, disk, control } = setUp(seed);
      const file = disk.create('/f', 0);
      disk.exists('/f');
      file.writeAt(0, text('x'), 0, 1);
      expect(control.faults.changingCalls).toBe(2);
      control.faults.dieAt(1, 'kill');
      expect(() => file.writeAt(1, Buffer.alloc(20_000, 1), 0, 20_000)).toThrow(HostDied);
      expect(host.env.disk).not.toBe(disk);
      sizes.add(host.env.disk.open('/f', 'read').sizeBytes());
    }
    for (const size of sizes) expect([1, 4096, 8192, 12_288, 16_384, 20_001]).toContain(size);
    expect(sizes.size).toBeGreaterThan(3);
  });
});

describe('power failure', () => {
  /** What became of one scenario over many seeds. */
  async function outcomesOf(
    scenario: (world: ReturnType<typeof setUp>) => Promise<unknown> | unknown,
    look: (world: ReturnType<typeof setUp>) => string,
  ): Promise<Map<string, number>> {
    const outcomes = new Map<string, number>();
    for (let seed = 0; seed < 120; seed++) {
      const world = setUp(seed);
      await world.sim.run(Promise.resolve(scenario(world)).then(() => undefined));
      world.host.crash();
      const outcome = look(world);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    return outcomes;
  }
  const contentOf = (world: ReturnType<typeof setUp>, path: string): string =>
    world.control.exists(path) ? world.control.readFile(path).toString('latin1') : 'none';

  it('spares what was synced: bytes, size and name', async () => {
    const outcomes = await outcomesOf(
      async ({ disk }) => {
        disk.makeDir('/d');
        await disk.syncDir('/');
        const file = disk.create('/d/f', 0);
        file.writeAt(0, text('kept'), 0, 4);
        await Promise.all([file.datasync(), disk.syncDir('/d')]);
      },
      (world) => contentOf(world, '/d/f'),
    );
    expect([...outcomes.keys()]).toEqual(['kept']);
  });

  it('may take an unsynced name, whatever was done for the bytes', async () => {
    const outcomes = await outcomesOf(
      async ({ disk }) => {
        disk.makeDir('/d');
        const file = disk.create('/d/f', 0);
        file.writeAt(0, text('kept'), 0, 4);
        await file.datasync();
        await disk.syncDir('/d');
        // The folder's own name was never made durable.
      },
      (world) => contentOf(world, '/d/f'),
    );
    expect([...outcomes.keys()].sort()).toEqual(['kept', 'none']);
  });

  it('may undo a rename, but never shows half of one', async () => {
    const outcomes = await outcomesOf(
      async ({ disk, control }) => {
        control.writeFile('/config.json', text('old'));
        const file = disk.create('/config.json.tmp', 0);
        file.writeAt(0, text('new'), 0, 3);
        await file.datasync();
        await disk.syncDir('/');
        disk.rename('/config.json.tmp', '/config.json');
      },
      (world) => `${contentOf(world, '/config.json')} ${contentOf(world, '/config.json.tmp')}`,
    );
    expect([...outcomes.keys()].sort()).toEqual(['new none', 'old new']);
  });

  it('shows a file renamed before its bytes were synced empty, short or garbled at times', async () => {
    const outcomes = await outcomesOf(
      async ({ disk, control }) => {
        control.writeFile('/c', text('old'));
        const file = disk.create('/t', 0);
        file.writeAt(0, text('new'), 0, 3);
        disk.rename('/t', '/c');
        await disk.syncDir('/');
      },
      (world) => contentOf(world, '/c'),
    );
    expect(outcomes.has('old')).toBe(false);
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['', 'new', '\0\0\0']));
  });

  it('may bring a removed file back', async () => {
    const outcomes = await outcomesOf(
      async ({ disk, control }) => {
        control.writeFile('/f', text('old'));
        await disk.remove('/f');
      },
      (world) => contentOf(world, '/f'),
    );
    expect([...outcomes.keys()].sort()).toEqual(['none', 'old']);
  });

  it('may undo a truncation, whole', async () => {
    const outcomes = await outcomesOf(
      ({ disk, control }) => {
        control.writeFile('/f', text('0123456789'));
        disk.open('/f', 'readwrite').truncate(4);
      },
      (world) => contentOf(world, '/f'),
    );
    expect([...outcomes.keys()].sort()).toEqual(['0123', '0123456789']);
  });

  it('takes unsynced sectors one by one and never touches durable bytes beside them', async () => {
    const before = Buffer.alloc(4096, 'a');
    let mixed = 0;
    await outcomesOf(
      async ({ disk, control }) => {
        control.writeFile('/f', before);
        const file = disk.open('/f', 'readwrite');
        file.writeAt(700, Buffer.alloc(2000, 'b'), 0, 2000);
        const synced = file.datasync();
        file.writeAt(100, Buffer.alloc(10, 'c'), 0, 10);
        await synced;
      },
      (world) => {
        const after = world.control.readFile('/f');
        expect(after.toString('latin1', 700, 2700)).toBe('b'.repeat(2000));
        expect(after.toString('latin1', 0, 100) + after.toString('latin1', 110, 700)).toBe('a'.repeat(690));
        expect(after.toString('latin1', 2700)).toBe('a'.repeat(1396));
        const loose = after.toString('latin1', 100, 110);
        if (loose !== 'a'.repeat(10) && loose !== 'c'.repeat(10)) mixed++;
        return loose;
      },
    );
    expect(mixed).toBeGreaterThan(3);
  });

  it('in the middle of a datasync leaves any mixture', async () => {
    const outcomes = await outcomesOf(
      ({ disk, control }) => {
        control.writeFile('/f', Buffer.alloc(1024, 'a'));
        const file = disk.open('/f', 'readwrite');
        file.writeAt(0, Buffer.alloc(1024, 'b'), 0, 1024);
        void file.datasync();
      },
      (world) =>
        contentOf(world, '/f')
          .replaceAll(/(.)\1*/g, '$1')
          .slice(0, 2),
    );
    expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['a', 'b', 'ab', 'ba']));
  });

  it.each(['after the call', 'in the call'])('spares what a later process has synced, when the one before was killed %s of its datasync', async (when) => {
    for (let seed = 1; seed <= 20; seed++) {
      const { sim, host, disk } = setUp(seed);
      disk.makeDir('/d');
      const file = disk.create('/d/f', 8192);
      await sim.run(disk.syncDir('/'));
      await sim.run(disk.syncDir('/d'));
      file.writeAt(0, text('x'.repeat(600)), 0, 600);
      if (when === 'in the call') {
        host.disk.faults.dieAt(1, 'kill');
        expect(() => file.datasync()).toThrow(HostDied);
      } else {
        void file.datasync();
        host.kill();
      }
      const again = host.env.disk.open('/d/f', 'readwrite');
      again.writeAt(4096, text('y'), 0, 1);
      await sim.run(again.datasync());
      host.crash();
      expect(host.disk.readFile('/d/f', 0, 600).toString('latin1')).toBe('x'.repeat(600));
    }
  });

  it('decides the same with the same seed', async () => {
    const story = async () => {
      const { host, disk, control } = setUp(9);
      const file = disk.create('/f', 0);
      control.makeDurable();
      file.writeAt(0, Buffer.alloc(50_000, 'b'), 0, 50_000);
      host.crash();
      return control.readFile('/f');
    };
    expect((await story()).equals(await story())).toBe(true);
  });
});

describe('damage by hand', () => {
  it('changes durable bytes', () => {
    const { host, control } = setUp();
    control.writeFile('/x/y', text('0123'));
    control.damage('/x/y', 1, text('!'));
    host.crash();
    expect(control.readFile('/x/y').toString()).toBe('0!23');
    expect(control.files()).toEqual(['/x/y']);
  });
});
