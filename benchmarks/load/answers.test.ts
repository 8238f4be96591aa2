import { expect, test } from 'vitest';
import { bodyAt, FrameSplitter, isSuccess, opaqueOf, remarkOf } from './answers.ts';

function answer(header: object, body: string = ''): Buffer {
  const json = JSON.stringify(header);
  const bytes = Buffer.alloc(8 + json.length + body.length);
  bytes.writeUInt32BE(bytes.length - 4, 0);
  bytes.writeUInt32BE(json.length, 4);
  bytes.write(json + body, 8);
  return bytes;
}

const found = answer({ code: 0, opaque: 1_000_000_017, flag: 1 }, 'body');
const refused = answer({ code: 17, flag: 1, opaque: 1_000_000_018, remark: 'topic[T] not exist\nSee the FAQ' });

test.each([1, 3, 8, 11, 100, 1000])('frames are found whole in chunks of %i bytes', (size) => {
  const stream = Buffer.concat([found, refused, found]);
  const seen: string[] = [];
  const splitter = new FrameSplitter();
  for (let at = 0; at < stream.length; at += size) {
    splitter.push(stream.subarray(at, at + size), (bytes, headerAt, end) => {
      seen.push(`${opaqueOf(bytes, headerAt)} ${isSuccess(bytes, headerAt, end)} ${bytes.toString('latin1', bodyAt(bytes, headerAt), end)}`);
    });
  }
  expect(seen).toEqual(['1000000017 true body', '1000000018 false ', '1000000017 true body']);
});

test('a refusal is not taken for a success because the next answer is one', () => {
  const both = Buffer.concat([refused, found]);
  expect(isSuccess(both, 8, refused.length)).toBe(false);
});

test('a reader is told the code and the first line of the remark', () => {
  expect(remarkOf(refused, 8, refused.length)).toBe('code 17, topic[T] not exist');
  const odd = Buffer.from('\0\0\0\x07\0\0\0\x03{"c', 'latin1');
  expect(remarkOf(odd, 8, odd.length)).toBe('an answer that cannot be read: {"c');
});
