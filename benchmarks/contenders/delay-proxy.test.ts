import { once } from 'node:events';
import { createServer, type AddressInfo, connect, type Socket } from 'node:net';
import { freePort } from '@rocketmq-ts/testkit';
import { expect, it } from 'vitest';
import { measureRoundTrip, startDelayProxy } from './delay-proxy.ts';

const aPort = (): Promise<number> => freePort({ from: 23_910, to: 23_990 });

/** Until the other end has said all; ours stays open. */
async function bytesOf(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}

it('lets nothing through sooner than it says: a ping takes the delay twice', async () => {
  expect(await measureRoundTrip(5, await aPort())).toBeGreaterThanOrEqual(10);
});

it('passes on every byte, both ways, and the end of it', async () => {
  const shout = createServer({ allowHalfOpen: true }, (socket) => void bytesOf(socket).then((all) => socket.end(all.toString().toUpperCase())));
  await once(shout.listen(0, '127.0.0.1'), 'listening');
  const proxy = await startDelayProxy({ delayMs: 0.5, target: { host: '127.0.0.1', port: (shout.address() as AddressInfo).port }, port: await aPort() });
  try {
    const [, port] = proxy.address.split(':');
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    const said = 'abcdefg'.repeat(3 << 20);
    socket.end(said);
    const heard = await bytesOf(socket);
    expect(heard.length).toBe(said.length);
    expect(heard.equals(Buffer.from(said.toUpperCase()))).toBe(true);
  } finally {
    await proxy.stop();
    shout.close();
  }
});

it('says when its port is taken', async () => {
  const other = createServer();
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(startDelayProxy({ delayMs: 1, target: { host: '127.0.0.1', port: 1 }, port })).rejects.toThrow(`127.0.0.1:${port}: listen EADDRINUSE`);
  other.close();
});
