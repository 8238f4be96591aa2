import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { brokerKeyTables } from './broker-config.ts';

interface JavaKey {
  readonly owner: string;
  readonly key: string;
  readonly type: string;
  readonly important: boolean;
  readonly default: string | null;
}

const golden = JSON.parse(readFileSync(new URL('../../test/golden/config-keys.json', import.meta.url), 'utf8')) as { keys: JavaKey[] };
/** The machine on which Java printed its keys. */
const facts = { hostName: 'vm', localAddress: '192.0.2.2', homeFolder: '/home/rocketmq', cpuCount: 2, memoryBytes: 1 };

/** Java's broker sets these before it reads its file. Source: broker/BrokerStartup.java (4.6.0) */
const SET_BY_STARTUP = new Map([
  ['listenPort', '10911'],
  ['serverSocketSndBufSize', '131072'],
  ['serverSocketRcvBufSize', '131072'],
  ['clientSocketSndBufSize', '131072'],
  ['clientSocketRcvBufSize', '131072'],
]);
const TYPES = new Map([
  ['String', 'string'],
  ['BrokerRole', 'enum'],
  ['FlushDiskType', 'enum'],
]);

it('knows the keys of 4.6.0, in their order, with their types, defaults and marks', () => {
  const { addressServer: _system, metrics: _newer, ...tables } = brokerKeyTables(facts);
  const ours = Object.values(tables).flatMap((table) =>
    Object.entries(table.keys).map(([key, { type, defaultValue, isImportant }]) => ({
      owner: table.owner,
      key,
      type,
      important: isImportant,
      default: defaultValue === undefined ? null : String(defaultValue),
    })),
  );
  const java = golden.keys.map((each) => ({
    ...each,
    type: TYPES.get(each.type) ?? each.type,
    default: SET_BY_STARTUP.get(each.key) ?? each.default,
  }));
  expect(java).toHaveLength(75 + 66 + 11 + 12);
  const byOwner = (keys: readonly { owner: string }[]) => [...keys].sort((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0));
  expect(byOwner(ours)).toEqual(byOwner(java));
});

it('takes its own defaults for values, and has no key twice', () => {
  const seen = new Set<string>();
  for (const table of Object.values(brokerKeyTables(facts))) {
    for (const [key, { defaultValue, parse, oldSpellings }] of Object.entries(table.keys)) {
      if (defaultValue !== undefined) expect(parse(String(defaultValue)), key).toEqual({ value: defaultValue });
      for (const spelling of [key, ...oldSpellings]) {
        expect(seen.has(spelling), spelling).toBe(false);
        seen.add(spelling);
      }
    }
  }
});
