import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from './free-port.ts';

it('steps over a port in use and gives none twice', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const taken = (server.address() as AddressInfo).port;
  try {
    const range = { from: taken, to: taken + 50 };
    const first = await freePort(range);
    const second = await freePort(range);
    expect(first).toBeGreaterThan(taken);
    expect(second).toBeGreaterThan(first);
    await expect(freePort({ from: taken, to: taken })).rejects.toThrow('no 1 free');
  } finally {
    server.close();
  }
});

it('gives those again that were given longest ago, when a range has been gone through', async () => {
  const from = await freePort({ from: 24_400, to: 24_900, count: 40 });
  const range = { from: from + 100, to: from + 500 };
  const gone = new Set<number>();
  let port = await freePort(range);
  for (; !gone.has(port); port = await freePort(range)) gone.add(port);
  expect(port).toBe(Math.min(...gone));
  expect(gone.size).toBeGreaterThan(300);
});
