import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { describe, expect, it } from 'vitest';
import { JsonFile } from './json-file.ts';

const PATH = '/root/config/topics.json';
const parse = (text: string): { n: number } => JSON.parse(text) as { n: number };
const text = (n: number): string => JSON.stringify({ n, filler: 'x'.repeat(3000) });

describe('JsonFile', () => {
  it('keeps what was there before as .bak', async () => {
    const { env, disk, run } = createSimulation(1);
    const file = new JsonFile(env, PATH);
    expect(file.load(parse)).toBeUndefined();
    await run(file.save(text(1)));
    await run(file.save(text(2)));
    expect(new JsonFile(env, PATH).load(parse)?.n).toBe(2);
    expect(parse(disk.readFile(`${PATH}.bak`).toString()).n).toBe(1);
    expect(disk.files('/root')).toEqual([PATH, `${PATH}.bak`]);
  });

  it('writes the newest of texts that come while it writes', async () => {
    const { env, disk, run } = createSimulation(1);
    const file = new JsonFile(env, PATH);
    await run(Promise.all([1, 2, 3, 4, 5].map((n) => file.save(text(n)))));
    expect(file.load(parse)?.n).toBe(5);
    expect(parse(disk.readFile(`${PATH}.bak`).toString()).n).toBe(1);
  });

  it.each(['', '{"n":', 'not json'])('sets a damaged file (%j) aside and falls back', async (damage) => {
    const { env, disk, run } = createSimulation(1);
    const file = new JsonFile(env, PATH);
    await run(file.save(text(1)));
    await run(file.save(text(2)));
    disk.writeFile(PATH, Buffer.from(damage));
    expect(file.load(parse)?.n).toBe(1);
    const aside = disk.files('/root').filter((path) => path.includes('.bad-'));
    expect(aside.map((path) => disk.readFile(path).toString())).toEqual([damage]);
    await run(file.save(text(3)));
    expect(file.load(parse)?.n).toBe(3);
  });

  it('rejects when the disk fails, and works again when it does', async () => {
    const { env, disk, run } = createSimulation(1);
    const file = new JsonFile(env, PATH);
    await run(file.save(text(1)));
    for (const call of ['create', 'writeAt', 'datasync', 'rename', 'syncDir'] as const) {
      disk.faults.fail({ call, systemCode: 'ENOSPC' });
      await expect(run(file.save(text(2)))).rejects.toMatchObject({ systemCode: 'ENOSPC' });
      expect([1, 2]).toContain(file.load(parse)?.n);
    }
    await run(file.save(text(3)));
    expect(file.load(parse)?.n).toBe(3);
  });

  it.each(['kill', 'crash'] as const)('is old or new, whole, after a %s inside any call', async (death) => {
    for (let seed = 1; seed <= 40; seed++) {
      for (let atCall = 1; atCall <= 12; atCall++) {
        const { host, run, runUntil } = createSimulation(seed);
        const machine = host('a');
        const file = new JsonFile(machine.env, PATH);
        await run(file.save(text(1)));
        await run(file.save(text(2)));
        const before = machine.env.timers;
        machine.disk.faults.dieAt(atCall, death);
        let isSaved = false;
        file.save(text(3)).then(
          () => (isSaved = true),
          () => {},
        );
        await runUntil(() => isSaved || machine.env.timers !== before);
        machine.disk.faults.clear();
        if (machine.env.timers === before) machine[death]();
        const found = new JsonFile(machine.env, PATH).load(parse)?.n;
        expect(isSaved ? [3] : [2, 3], `seed ${seed}, call ${atCall}`).toContain(found);
      }
    }
  });
});
