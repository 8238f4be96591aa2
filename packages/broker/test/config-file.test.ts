import { RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { BrokerWorld } from './broker-world.ts';

it('keeps a changed setting in the configuration file, and the rest of that as it was', async () => {
  const world = new BrokerWorld(1, { configFile: '/conf/broker.conf' });
  const { disk } = world.sim.host('broker').env;
  disk.makeDir('/conf');
  const text = Buffer.from('# mine\nbrokerPermission=6\nbrokerName=broker-a\n');
  const file = disk.create('/conf/broker.conf', 0);
  file.writeAt(0, text, 0, text.length);
  await world.start();
  expect((await world.ask(RequestCode.UPDATE_BROKER_CONFIG, {}, 'brokerPermission=4')).code).toBe(ResponseCode.SUCCESS);
  await world.stop();
  const changed = disk.open('/conf/broker.conf', 'read');
  const bytes = Buffer.alloc(changed.sizeBytes());
  changed.readAt(0, bytes, 0, bytes.length);
  expect(bytes.toString()).toBe('# mine\nbrokerPermission=4\nbrokerName=broker-a\n');
});
