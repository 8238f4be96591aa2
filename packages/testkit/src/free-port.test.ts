import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from './free-port.ts';

it('steps over a port in use and never gives one twice', async () => {
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
