import { describe, expect, it } from 'vitest';
import { type MessageInput, toMessage } from './message-input.ts';

const refused = (input: unknown, text: string): void =>
  expect(() => toMessage(input as MessageInput)).toThrow(expect.objectContaining({ code: 'RMQ_MESSAGE_ILLEGAL', message: expect.stringContaining(text) }));

describe('a message', () => {
  it('takes text, bytes and buffers as they are, without a copy of bytes', () => {
    expect(toMessage({ topic: 'T', body: 'häh' }).body).toEqual(Buffer.from('häh'));
    const bytes = new Uint8Array([1, 2, 3]).subarray(1);
    const { body } = toMessage({ topic: 'T', body: bytes });
    expect([...body]).toEqual([2, 3]);
    bytes[0] = 9;
    expect(body[0]).toBe(9);
  });

  it('keeps tags, keys, delay, wait and own properties as Java names them', () => {
    const message = toMessage({ topic: 'T', body: 'x', tags: 'A', keys: ['k1', 'k2'], delayTimeLevel: 3, waitStoreMsgOK: false, flag: -1, properties: { a: '1' } });
    expect([...message.properties]).toEqual([['a', '1'], ['TAGS', 'A'], ['KEYS', 'k1 k2'], ['DELAY', '3'], ['WAIT', 'false']]);
    expect(message.flag).toBe(-1);
    expect(toMessage({ topic: 'T', body: 'x', properties: new Map([['b', '2']]) }).properties.get('b')).toBe('2');
  });

  it.each([
    [undefined, 'the message must be an object'],
    [{ body: 'x' }, 'The topic must be a string, not undefined'],
    [{ topic: ' ', body: 'x' }, 'The specified topic is blank'],
    [{ topic: 'a b', body: 'x' }, 'contains illegal characters'],
    [{ topic: 'T'.repeat(128), body: 'x' }, 'longer than topic max length 127'],
    [{ topic: 'TBW102', body: 'x' }, 'conflict with AUTO_CREATE_TOPIC_KEY_TOPIC'],
    [{ topic: 'T' }, 'the message body is null'],
    [{ topic: 'T', body: 5 }, 'must be a Buffer, a Uint8Array or a string, not 5'],
    [{ topic: 'T', body: 'x', flag: 2 ** 31 }, 'flag must be a 32-bit integer'],
    [{ topic: 'T', body: 'x', delayTimeLevel: -1 }, 'delayTimeLevel'],
    [{ topic: 'T', body: 'x', properties: { UNIQ_KEY: 'x' } }, 'The Property<UNIQ_KEY> is used by system'],
    [{ topic: 'T', body: 'x', properties: { a: '' } }, 'can not be null or blank string'],
    [{ topic: 'T', body: 'x', properties: { a: 1 } }, 'can not be null or blank string'],
    [{ topic: 'T', body: 'x', properties: { a: 'x\u0002TAGS\u0001B' } }, 'must not contain the characters'],
    [{ topic: 'T', body: 'x', tags: 'a\u0001b' }, 'must not contain the characters'],
  ])('%j is refused', refused);
});
