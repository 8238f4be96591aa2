import { readdirSync, readFileSync } from 'node:fs';
import { writeRecord } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';
import { checkRecord, recordSize, storeTimestampOf, takesQueueOffset, Verdict, writeBlank } from './commit-log-layout.ts';

const FIELDS = {
  topic: 'T',
  queueId: 3,
  flag: 0,
  sysFlag: 0,
  queueOffset: 7,
  physicalOffset: 1000,
  bornTimestamp: 1,
  bornHost: { ip: '1.2.3.4', port: 5 },
  storeTimestamp: 1_700_000_000_123,
  storeHost: { ip: '1.2.3.4', port: 6 },
  reconsumeTimes: 0,
  preparedTransactionOffset: 0,
  body: Buffer.from('hello'),
  properties: Buffer.from('a\u0001b\u0002'),
};

function record(): Buffer {
  const bytes = Buffer.alloc(recordSize(0, 5, 1, 4));
  writeRecord(bytes, 0, FIELDS);
  return bytes;
}

describe('checkRecord', () => {
  const judge = (bytes: Buffer, physicalOffset = 1000, fileRest = 4096): number => checkRecord(bytes, 0, bytes.length, physicalOffset, fileRest, true);

  it('knows a whole record by its size, at its own place only', () => {
    const bytes = record();
    expect(judge(bytes)).toBe(bytes.length);
    expect(judge(bytes, 1001)).toBe(Verdict.damaged);
    expect(storeTimestampOf(bytes, 0)).toBe(FIELDS.storeTimestamp);
  });

  it('asks for more when the record is cut, at every place', () => {
    const bytes = record();
    for (let length = 0; length < bytes.length; length++) expect(judge(bytes.subarray(0, length))).toBe(Verdict.cut);
  });

  it('notices every changed bit of magic, sizes, place and body', () => {
    const bytes = record();
    const bodyAt = 84 + 4;
    for (const at of [0, 1, 2, 3, 4, 5, 6, 7, 28, 30, 35, 84, 85, 86, 87, bodyAt, bodyAt + 4, bodyAt + 5, bodyAt + 7, bodyAt + 8]) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] as number) ^ (1 << bit);
        expect(judge(damaged), `byte ${at} bit ${bit}`).toBeLessThan(0);
      }
    }
  });

  it('tells a damaged body from a damaged head', () => {
    const bytes = record();
    bytes[90] = 0xff;
    expect(judge(bytes)).toBe(Verdict.bodyDamaged);
    expect(checkRecord(bytes, 0, bytes.length, 1000, 4096, false)).toBe(bytes.length);
  });

  it('lets no record reach into the blank of its file', () => {
    const bytes = record();
    expect(judge(bytes, 1000, bytes.length + 8)).toBe(bytes.length);
    expect(judge(bytes, 1000, bytes.length + 7)).toBe(Verdict.damaged);
  });

  it('takes a blank only when it ends with its file, and zeros for unwritten', () => {
    const bytes = Buffer.alloc(64);
    expect(judge(bytes)).toBe(Verdict.unwritten);
    writeBlank(bytes, 0, 500);
    expect(judge(bytes, 1000, 500)).toBe(Verdict.blank);
    expect(judge(bytes, 1000, 501)).toBe(Verdict.damaged);
    expect(bytes.subarray(0, 8).toString('hex')).toBe('000001f4cbd43194');
  });
});

it('prepared and rollback records take no place in their queue', () => {
  expect([0x0, 0x4, 0x8, 0xc].map((type) => takesQueueOffset(type))).toEqual([true, false, true, false]);
});

it('reads every record of a log that Java wrote, and the blank between its files', () => {
  const folder = new URL('../../test/golden/store/root/commitlog/', import.meta.url);
  let count = 0;
  let blanks = 0;
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(new URL(name, folder));
    for (let at = 0; ; ) {
      const verdict = checkRecord(bytes, at, bytes.length, Number(name) + at, bytes.length - at, true);
      if (verdict === Verdict.blank) blanks += 1;
      if (verdict <= 0) break;
      count += 1;
      at += verdict;
    }
  }
  const contents = readFileSync(new URL('../../test/golden/store/contents.jsonl', import.meta.url), 'utf8');
  expect(count).toBe(contents.split('\n').filter((line) => line.includes('"kind":"message"')).length);
  expect(blanks).toBe(1);
});
