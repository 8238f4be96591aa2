import { parseProperties, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { brokerKeyTables } from './config/index.ts';
import { LiveConfig } from './live-config.ts';
import type { LiveSettings } from './settings.ts';

function setUp(): { config: LiveConfig; live: LiveSettings; changes: string[] } {
  const live: LiveSettings = {
    brokerPermission: 6,
    autoCreateTopicEnable: true,
    autoCreateSubscriptionGroup: true,
    startAcceptSendRequestTimeStamp: 0,
    rejectTransactionMessage: false,
    slaveReadEnable: false,
    traceOn: true,
  };
  const changes: string[] = [];
  const properties = new Map([
    ['brokerPermission', '6'],
    ['autoCreateTopicEnable', 'true'],
    ['storePathRootDir', '/data'],
    ['rocketmqHome', '/home'],
    ['traceOn', 'true'],
  ]);
  const config = new LiveConfig({ live, properties, wallMs: () => 77, onChange: (changed) => changes.push([...changed.keys()].join()) });
  return { config, live, changes };
}

it('changes what acts at once, and shows it', () => {
  const { config, live, changes } = setUp();
  expect(config.update(parseProperties('brokerPermission=4\nautoCreateTopicEnable=false\n'))).toBeUndefined();
  expect([live.brokerPermission, live.autoCreateTopicEnable, live.traceOn]).toEqual([4, false, true]);
  expect(new Map(config.entries()).get('brokerPermission')).toBe('4');
  expect(config.version).toEqual({ timestamp: 77, counter: 1 });
  expect(changes).toEqual(['brokerPermission,autoCreateTopicEnable']);
});

it.each([
  ['a path', 'storePathRootDir=/etc'],
  ['the way to the old remote execution', 'rocketmqHome=$(touch x)'],
  ['an unknown key', 'filterServerNums2=1'],
  ['a name of an object member', '__proto__=x'],
  ['another one', 'constructor.prototype=x'],
])('refuses %s, and everything that came with it', (_what, line) => {
  const { config, live, changes } = setUp();
  expect(config.update(parseProperties(`brokerPermission=4\n${line}\n`))).toMatchObject({ code: ResponseCode.NO_PERMISSION });
  expect(live.brokerPermission).toBe(6);
  expect(changes).toEqual([]);
});

it('refuses values of the wrong type, and is short about long ones', () => {
  const { config, live } = setUp();
  for (const value of ['', 'true', '60', '-1', 'x'.repeat(100_000)]) {
    const refusal = config.update([{ key: 'brokerPermission', value, line: 1 }]);
    expect(refusal?.code).toBe(ResponseCode.SYSTEM_ERROR);
    expect(refusal?.remark.length).toBeLessThan(200);
  }
  expect(live.brokerPermission).toBe(6);
});

it('has exactly the keys marked changeable as fields', () => {
  const tables = brokerKeyTables({ hostName: 'h', localAddress: '10.0.0.1', homeFolder: '/', cpuCount: 1, memoryBytes: 1 });
  const changeable = Object.values(tables).flatMap(({ keys }) => Object.entries(keys).filter(([, { isChangeable }]) => isChangeable));
  const { live } = setUp();
  expect(changeable.map(([key]) => key).sort()).toEqual(Object.keys(live).sort());
  for (const [key, { defaultValue }] of changeable) expect(typeof defaultValue).toBe(typeof live[key as keyof LiveSettings]);
});

it('takes back what it has shown', () => {
  const { config } = setUp();
  expect(config.update(parseProperties('storePathRootDir=/data\n'))).toBeUndefined();
  expect(config.version.counter).toBe(0);
});
