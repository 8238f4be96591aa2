import { expect, test } from 'vitest';
import { offsetFrame, pullFrame, walkRecords } from './pull-frame.ts';

const queue = { topic: 'TopicTest', queueId: 2 };
const headerOf = (frame: Buffer): unknown => JSON.parse(frame.toString('latin1', 8, 8 + frame.readUInt32BE(4)));

/** A stored record as far as a reader of bodies looks at it. */
function record(body: string, sysFlag: number = 0): Buffer {
  const wider = ((sysFlag & 16) === 0 ? 0 : 12) + ((sysFlag & 32) === 0 ? 0 : 12);
  const bytes = Buffer.alloc(88 + wider + body.length + 20);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(sysFlag, 36);
  bytes.writeUInt32BE(body.length, 84 + wider);
  bytes.write(body, 88 + wider, 'latin1');
  return bytes;
}

test('a pull asks for messages, waits for them, and commits where it is', () => {
  const frame = pullFrame(queue, 'group', 77, 32, 5);
  expect(frame.readUInt32BE(0)).toBe(frame.length - 4);
  expect(headerOf(frame)).toMatchObject({
    code: 11,
    opaque: 5,
    extFields: { consumerGroup: 'group', topic: 'TopicTest', queueId: '2', queueOffset: '77', commitOffset: '77', maxMsgNums: '32', sysFlag: '7', subscription: '*', expressionType: 'TAG' },
  });
});

test('where a queue begins and ends is asked with the codes of MIN and MAX_OFFSET', () => {
  expect(headerOf(offsetFrame(queue, 'first', 1))).toMatchObject({ code: 31, extFields: { topic: 'TopicTest', queueId: '2' } });
  expect(headerOf(offsetFrame(queue, 'last', 1))).toMatchObject({ code: 30 });
});

test('records are counted, and their bodies found, behind addresses of either length', () => {
  const bytes = Buffer.concat([Buffer.alloc(3), record('one'), record('second', 16 | 32), record('')]);
  const bodies: string[] = [];
  expect(walkRecords(bytes, 3, bytes.length, (at, length) => bodies.push(bytes.toString('latin1', at, at + length)))).toBe(3);
  expect(bodies).toEqual(['one', 'second', '']);
  expect(walkRecords(bytes, 3, bytes.length, undefined)).toBe(3);
  expect(walkRecords(bytes, 3, 3, undefined)).toBe(0);
});
