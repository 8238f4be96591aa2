import { expect, test } from 'vitest';
import { buildSendFrame, OPAQUE_BASE, putCounter, putOpaque } from './send-frame.ts';

const options = { topic: 'TopicTest', queueId: 3, bodyBytes: 5, opaque: OPAQUE_BASE, uniqPrefix: '0123456789ABCDEF01234567', waitStoreMsgOk: false };

test('a frame says how long it and its header are, and ends with its body', () => {
  const { bytes, bodyAt } = buildSendFrame(options);
  expect(bytes.readUInt32BE(0)).toBe(bytes.length - 4);
  expect(bodyAt).toBe(8 + bytes.readUInt32BE(4));
  expect(bytes.toString('latin1', bodyAt)).toBe('aaaaa');
  const header = JSON.parse(bytes.toString('latin1', 8, bodyAt)) as { code: number; extFields: Record<string, string> };
  expect(header).toMatchObject({ code: 310, opaque: OPAQUE_BASE, extFields: { b: 'TopicTest', e: '3' } });
  expect(header.extFields['i']).toBe('UNIQ_KEY\u00010123456789ABCDEF0123456700000000\u0002WAIT\u0001false\u0002TAGS\u0001TagA');
});

test('opaque and counter change in place', () => {
  const { bytes, opaqueAt, counterAt, bodyAt } = buildSendFrame(options);
  putOpaque(bytes, opaqueAt, 987_654_321);
  putCounter(bytes, counterAt, 0xdead_beef);
  const header = JSON.parse(bytes.toString('latin1', 8, bodyAt)) as { opaque: number; extFields: Record<string, string> };
  expect(header.opaque).toBe(OPAQUE_BASE + 987_654_321);
  expect(header.extFields['i']).toContain('0123456789ABCDEF01234567DEADBEEF');
});
