import { describe, expect, it } from 'vitest';
import { RmqError } from '../errors.ts';
import {
  ConfigError,
  booleanKey,
  configTexts,
  defineKeys,
  doubleKey,
  enumKey,
  intKey,
  longKey,
  optionalTextKey,
  readConfig,
  readingNotes,
  readUpdate,
  textKey,
} from './index.ts';

const tables = {
  broker: defineKeys('BrokerConfig', {
    brokerName: textKey('host', 'name', { effect: 'acts', important: true, check: (text) => text !== '', allowed: 'a name' }),
    brokerPermission: intKey(6, 'bits', { effect: 'acts', min: 0, max: 7, changeable: true }),
    threads: intKey(4, 'threads'),
    traceOn: booleanKey(true, 'trace', { effect: 'acts', changeable: true }),
    aclEnable: booleanKey(false, 'acl', { effect: 'later', only: { value: false, because: 'not there yet' } }),
  }),
  store: defineKeys('MessageStoreConfig', {
    mappedFileSizeCommitLog: intKey(1024, 'file size', { effect: 'acts', was: ['mapedFileSizeCommitLog'] }),
    behind: longKey(17179869184, 'lag', { effect: 'acts' }),
    ratio: doubleKey(0.9, 'ratio', { effect: 'acts', min: 0, max: 1 }),
    flushDiskType: enumKey(['ASYNC_FLUSH', 'SYNC_FLUSH'], 'ASYNC_FLUSH', 'flush', { effect: 'acts' }),
    haMasterAddress: optionalTextKey('address', { effect: 'later' }),
  }),
};

const entry = (key: string, value: string, line = 1) => ({ key, value, line });
const read = (...entries: ReturnType<typeof entry>[]) => readConfig(tables, entries, 'broker.conf');

function problemOf(...entries: ReturnType<typeof entry>[]): string {
  try {
    read(...entries);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toBeInstanceOf(RmqError);
    expect((error as ConfigError).code).toBe('CONFIG');
    return (error as ConfigError).message;
  }
  return 'none';
}

describe('reading a configuration', () => {
  it('overlays the defaults, with types', () => {
    const { values } = read(
      entry('brokerName', 'a'),
      entry('behind', '9007199254740991'),
      entry('flushDiskType', 'SYNC_FLUSH'),
      entry('traceOn', 'FALSE'),
    );
    const name: string = values.broker.brokerName;
    const type: 'ASYNC_FLUSH' | 'SYNC_FLUSH' = values.store.flushDiskType;
    const address: string | undefined = values.store.haMasterAddress;
    expect([name, type, address]).toEqual(['a', 'SYNC_FLUSH', undefined]);
    expect(values.broker).toEqual({ brokerName: 'a', brokerPermission: 6, threads: 4, traceOn: false, aclEnable: false });
    expect(values.store.behind).toBe(Number.MAX_SAFE_INTEGER);
    expect(values.store.ratio).toBe(0.9);
  });

  it('does not mind blanks around values and a return at the end', () => {
    const { values } = read(entry('brokerName', ' a b \t'), entry('threads', ' 8 \r'), entry('ratio', '.5'), entry('haMasterAddress', ' '));
    expect(values.broker.brokerName).toBe('a b');
    expect(values.broker.threads).toBe(8);
    expect(values.store.ratio).toBe(0.5);
    expect(values.store.haMasterAddress).toBeUndefined();
  });

  it('tells what has no effect, what comes later, old spellings and repetitions', () => {
    const reading = read(
      entry('threads', '1', 1),
      entry('mapedFileSizeCommitLog', '5', 2),
      entry('haMasterAddress', 'x', 3),
      entry('mappedFileSizeCommitLog', '6', 4),
    );
    expect(reading.withoutEffect).toEqual(['threads']);
    expect(reading.later).toEqual(['haMasterAddress']);
    expect(reading.oldSpellings).toEqual([{ old: 'mapedFileSizeCommitLog', key: 'mappedFileSizeCommitLog', line: 2 }]);
    expect(reading.repeated).toEqual([{ key: 'mappedFileSizeCommitLog', lines: [2, 4] }]);
    expect(reading.values.store.mappedFileSizeCommitLog).toBe(6);
    expect(reading.lineOfKey).toEqual(
      new Map([
        ['threads', 1],
        ['mappedFileSizeCommitLog', 4],
        ['haMasterAddress', 3],
      ]),
    );
  });

  it('puts what the operator should know into sentences', () => {
    const reading = read(
      entry('threads', '1', 1),
      entry('threads', '2', 5),
      entry('mapedFileSizeCommitLog', '5', 2),
      entry('haMasterAddress', 'x', 3),
    );
    expect(readingNotes(reading)).toEqual([
      'broker.conf: known, but without effect here: threads',
      'broker.conf: not available yet, so without effect: haMasterAddress',
      "broker.conf:2: 'mapedFileSizeCommitLog' is the old spelling of 'mappedFileSizeCommitLog'",
      "broker.conf: 'threads' is set on lines 1, 5; the last one counts",
    ]);
    expect(readingNotes(read())).toEqual([]);
  });

  it('names the line and the nearest key of what it does not know', () => {
    expect(problemOf(entry('brokerNmae', 'x', 12))).toBe("broker.conf:12: unknown key 'brokerNmae'; did you mean 'brokerName'?");
    expect(problemOf(entry('BROKERNAME', 'x'))).toContain("did you mean 'brokerName'?");
    expect(problemOf(entry('mapedFileSizeCommitlog', 'x'))).toContain("did you mean 'mappedFileSizeCommitLog'?");
    expect(problemOf(entry('completelyOther', 'x', 3))).toBe("broker.conf:3: unknown key 'completelyOther'");
    for (const key of ['__proto__', 'constructor', 'toString', '']) expect(problemOf(entry(key, 'x'))).toContain('unknown key');
    expect(problemOf(entry('x'.repeat(100_000), 'x')).length).toBeLessThan(150);
  });

  it('says what is allowed instead of an impossible value', () => {
    expect(problemOf(entry('flushDiskType', 'sync', 7))).toBe(
      "broker.conf:7: 'sync' is not a value of flushDiskType; allowed: ASYNC_FLUSH, SYNC_FLUSH",
    );
    expect(problemOf(entry('brokerPermission', '8'))).toContain('allowed: a whole number from 0 to 7');
    expect(problemOf(entry('traceOn', 'yes'))).toContain('allowed: true or false');
    expect(problemOf(entry('brokerName', ' '))).toContain('allowed: a name');
    expect(problemOf(entry('aclEnable', 'true'))).toContain('allowed: false (not there yet)');
    expect(problemOf(entry('ratio', '2'))).toContain('allowed: a number from 0 to 1');
    for (const text of ['', '1.5', '0x10', '1e3', '2147483648', 'NaN', '1_000', '10k'])
      expect(problemOf(entry('threads', text))).toContain('not a value');
    for (const text of ['9007199254740993', '9223372036854775807']) expect(problemOf(entry('behind', text))).toContain('not a value');
    expect(read(entry('threads', '-2147483648')).values.broker.threads).toBe(-2147483648);
    expect(read(entry('threads', '+5')).values.broker.threads).toBe(5);
  });

  it('reports all problems at once', () => {
    expect(problemOf(entry('nope', '1', 1), entry('threads', 'x', 2), entry('brokerName', 'fine', 3)).split('\n')).toHaveLength(2);
  });

  it('writes every value as text, in order', () => {
    const texts = [...configTexts(tables, read(entry('traceOn', 'false')).values)].map(({ key, text }) => `${key}=${text}`);
    expect(texts).toEqual([
      'brokerName=host',
      'brokerPermission=6',
      'threads=4',
      'traceOn=false',
      'aclEnable=false',
      'mappedFileSizeCommitLog=1024',
      'behind=17179869184',
      'ratio=0.9',
      'flushDiskType=ASYNC_FLUSH',
      'haMasterAddress=',
    ]);
  });
});

describe('updating at run time', () => {
  const current = new Map([...configTexts(tables, read().values)].map(({ key, text }) => [key, text]));
  const update = (...entries: ReturnType<typeof entry>[]) => readUpdate(tables, current, entries);

  it('takes changeable keys, with typed values, and what is so already', () => {
    expect(update(entry('brokerPermission', ' 4 '), entry('traceOn', 'false'), entry('brokerName', 'host'))).toEqual({
      outcome: 'changes',
      changes: new Map<string, unknown>([
        ['brokerPermission', 4],
        ['traceOn', false],
      ]),
    });
    expect(update(entry('traceOn', 'TRUE'))).toEqual({ outcome: 'changes', changes: new Map() });
    expect(update(entry('traceOn', 'false'), entry('traceOn', 'true'))).toEqual({ outcome: 'changes', changes: new Map() });
  });

  it('refuses all of it for one key that is unknown, fixed or impossible', () => {
    const reason = (key: string, value: string) => {
      const result = update(entry('traceOn', 'false'), entry(key, value));
      return result.outcome === 'refused' ? `${result.reason} ${result.key}` : 'changed';
    };
    expect(reason('brokerName', 'other')).toBe('fixed brokerName');
    expect(reason('mapedFileSizeCommitLog', '5')).toBe('unknown mapedFileSizeCommitLog');
    expect(reason('__proto__', 'x')).toBe('unknown __proto__');
    expect(reason('brokerPermission', '9')).toBe('impossible brokerPermission');
  });
});
