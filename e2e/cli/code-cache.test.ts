import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { Installation } from './harness/installation.ts';

it('a server leaves a code cache for its next start, and starts without a sound one', async () => {
  await using installation = new Installation();
  const dist = join(installation.folder, 'apps', 'namesrv', 'dist');
  const caches = (): string[] => readdirSync(dist).filter((name) => name.includes('.cache'));
  const startAndStop = async (): Promise<void> => void (await (await installation.startNamesrv()).program.stop());
  for (const name of caches()) rmSync(join(dist, name));

  const first = await installation.startNamesrv();
  await vi.waitFor(() => expect(caches()).toHaveLength(1), { timeout: 20_000, interval: 100 });
  await first.program.stop();
  const [cache = ''] = caches().map((name) => join(dist, name));
  const written = readFileSync(cache);

  await startAndStop();
  expect(readFileSync(cache).equals(written)).toBe(true);
  for (const spoiled of [Buffer.alloc(0), Buffer.alloc(1000, 7), written.subarray(0, written.length / 2)]) {
    writeFileSync(cache, spoiled);
    await startAndStop();
  }
  rmSync(cache);
  await startAndStop();
}, 60_000);
