import { javaHash } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';
import { encodeRecord } from '../../test/derive/memory-log.ts';
import { itemEnd, itemStart } from './key-items.ts';
import { type ByteRange, RecordFields } from './record-fields.ts';

const A = '\u0001';
const B = '\u0002';

/** A record whose properties string is exactly `text`. */
function recordWith(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = encodeRecord({ topic: 'T', queueId: 1, queueOffset: 2 ** 40 + 5, sysFlag: 0, storeTimestamp: 1_700_000_000_123 }, 0);
  const record = Buffer.concat([head, bytes]);
  record.writeInt32BE(record.length, 0);
  record.writeInt16BE(bytes.length, head.length - 2);
  return record;
}

function read(text: string): { tagsCode: number; keys: string[]; uniqueKey: string; delay: string } {
  const fields = new RecordFields();
  // Not at the start of its buffer, as in a block of the log.
  const buffer = Buffer.concat([Buffer.alloc(13), recordWith(text)]);
  fields.read(buffer, 13);
  const textOf = (range: ByteRange): string => (range.isEmpty ? '' : buffer.toString('utf8', range.start, range.end));
  const keys: string[] = [];
  for (let start = itemStart(buffer, fields.keys.start, fields.keys.end); start < fields.keys.end;) {
    const end = itemEnd(buffer, start, fields.keys.end);
    keys.push(buffer.toString('utf8', start, end));
    start = itemStart(buffer, end, fields.keys.end);
  }
  return { tagsCode: fields.tagsCode, keys, uniqueKey: textOf(fields.uniqueKey), delay: textOf(fields.delay) };
}

describe('fields of a record', () => {
  it('come from their places', () => {
    const fields = new RecordFields();
    const record = recordWith('');
    fields.read(record, 0);
    expect([fields.queueId, fields.queueOffset, fields.sysFlag, fields.storeTimestamp]).toEqual([1, 2 ** 40 + 5, 0, 1_700_000_000_123]);
    expect(record.toString('utf8', fields.topicAt, fields.topicEnd)).toBe('T');
  });

  it.each([
    ['TAGS', `TAGS${A}TagA${B}`, { tagsCode: javaHash('TagA') }],
    ['tags that are not ASCII', `TAGS${A}é标${B}`, { tagsCode: javaHash('é标') }],
    ['the last of two', `TAGS${A}one${B}TAGS${A}two${B}`, { tagsCode: javaHash('two') }],
    ['no tags', `KEYS${A}k${B}`, { tagsCode: 0 }],
    ['keys', `KEYS${A}  a  b ${B}`, { keys: ['a', 'b'] }],
    ['keys of blanks only', `KEYS${A}  ${B}`, { keys: [] }],
    ['an item without its end', `UNIQ_KEY${A}u1${B}KEYS${A}k`, { uniqueKey: 'u1', keys: ['k'] }],
    ['a name without a value', `KEYS${B}TAGS${A}${B}UNIQ_KEY${A}u${B}`, { keys: [], tagsCode: 0, uniqueKey: 'u' }],
    ['a value after two separators', `KEYS${A}${A}k${B}`, { keys: [] }],
    ['three parts', `KEYS${A}a${A}b${B}`, { keys: [] }],
    ['separators behind the value', `KEYS${A}a${A}${A}${B}`, { keys: ['a'] }],
    ['other names of the same length', `SYEK${A}a${B}TAGZ${A}b${B}UNIQ_KEZ${A}c${B}`, { keys: [], tagsCode: 0, uniqueKey: '' }],
    ['empty items', `${B}${B}KEYS${A}k${B}${B}`, { keys: ['k'] }],
    ['a delay', `DELAY${A}3${B}`, { delay: '3' }],
  ])('understand %s as Java does', (_what, text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });

  it('forget those of the record before', () => {
    const fields = new RecordFields();
    fields.read(recordWith(`TAGS${A}t${B}KEYS${A}k${B}UNIQ_KEY${A}u${B}DELAY${A}1${B}`), 0);
    fields.read(recordWith(''), 0);
    expect([fields.tagsCode, fields.keys.isEmpty, fields.uniqueKey.isEmpty, fields.delay.isEmpty]).toEqual([0, true, true, true]);
  });

  it.each([
    [0, true, true],
    [4, false, true],
    [8, true, true],
    [12, false, false],
  ])('say for transaction type %i who takes it', (sysFlag, takesUnit, takesIndex) => {
    const fields = new RecordFields();
    fields.read(encodeRecord({ topic: 'T', queueId: 0, queueOffset: 0, sysFlag }, 0), 0);
    expect([fields.takesUnit, fields.takesIndex]).toEqual([takesUnit, takesIndex]);
  });
});
