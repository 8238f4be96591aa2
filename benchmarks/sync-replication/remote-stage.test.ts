import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { checkRemote, whyNotThisBroker } from './remote-stage.ts';

const broker = (brokerRole: string, topic?: { perm: number; writeQueueNums: number }) => ({ config: new Map([['brokerRole', brokerRole]]), topic });

it('takes a broker of the role asked for with a topic that can be written', () => {
  expect(whyNotThisBroker(broker('SYNC_MASTER', { perm: 6, writeQueueNums: 4 }), 'SYNC_MASTER', 'T')).toBeUndefined();
});

it.each([
  [broker('ASYNC_MASTER', { perm: 6, writeQueueNums: 4 }), 'it is brokerRole=ASYNC_MASTER, not SYNC_MASTER'],
  [broker('SLAVE'), 'it is brokerRole=SLAVE, not SYNC_MASTER'],
  [broker('SYNC_MASTER'), 'it has no topic T; create it first'],
  [broker('SYNC_MASTER', { perm: 4, writeQueueNums: 4 }), 'its topic T takes no messages (perm=4, writeQueueNums=4)'],
])('refuses another one: %#', (facts, cause) => {
  expect(whyNotThisBroker(facts, 'SYNC_MASTER', 'T')).toContain(cause);
});

it('says which address is dead', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await expect(checkRemote({ host: '127.0.0.1', port }, 'SYNC_MASTER', 'T')).rejects.toThrow(`SYNC_MASTER at 127.0.0.1:${port}: `);
});
