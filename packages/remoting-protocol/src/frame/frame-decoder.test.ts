import { readGoldenFrames } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, FrameDecoder } from './frame-decoder.ts';
import type { FrameLimits } from './frame-limits.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

const goldens = readGoldenFrames(new URL('../../test/golden/wire', import.meta.url));

interface Result {
  frames: { serializeType: number; header: string; body: string | undefined }[];
  error: string | undefined;
}

function plain(frame: Frame): Result['frames'][number] {
  return { serializeType: frame.serializeType, header: frame.header.toString('hex'), body: frame.body?.toString('hex') };
}

/** Frames are turned to text at once: later chunks must not change earlier frames, which a second look proves. */
function decode(chunks: readonly Buffer[], limits?: FrameLimits): Result {
  const decoder = new FrameDecoder(limits);
  const kept: Frame[] = [];
  const frames: Result['frames'] = [];
  for (const chunk of chunks) {
    decoder.push(Buffer.from(chunk));
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) {
      kept.push(frame);
      frames.push(plain(frame));
    }
  }
  expect(kept.map(plain)).toEqual(frames);
  return { frames, error: decoder.error?.message };
}

function words(length: number, second: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(length, 0);
  bytes.writeUInt32BE(second >>> 0, 4);
  return bytes;
}

describe('FrameDecoder on frames captured from Java', () => {
  it('gives the same frame whole, byte by byte and cut at every index', () => {
    for (const { name, bytes } of goldens) {
      const whole = decode([bytes]);
      expect(whole.frames, name).toHaveLength(1);
      expect(whole.error, name).toBeUndefined();
      expect(decode(Array.from(bytes, (byte) => Buffer.of(byte))), name).toEqual(whole);
      // Long frames are bodies mostly: every index of the head, then a sample.
      for (let at = 1; at < bytes.length; at += at < 64 ? 1 : 1 + Math.floor(bytes.length / 400)) {
        expect(decode([bytes.subarray(0, at), bytes.subarray(at)]), `${name} cut at ${at}`).toEqual(whole);
      }
    }
  });

  it('finds all frames in a stream cut anywhere', () => {
    const few = goldens.slice(0, 40);
    const stream = Buffer.concat(few.map(({ bytes }) => bytes));
    const expected = few.flatMap(({ bytes }) => decode([bytes]).frames);
    expect(decode([stream]).frames).toEqual(expected);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: stream.length - 1 }), { maxLength: 30 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
        expect(decode(at.slice(1).map((end, index) => stream.subarray(at[index] as number, end))).frames).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});

describe('FrameDecoder against frames that are none', () => {
  it.each([
    ['length 0', words(0, 0)],
    ['length 3', words(3, 0)],
    ['negative length', words(-1, 0)],
    ['smallest int', words(-0x80000000, 0)],
    ['16 MiB + 1', words(16_777_213, 4)],
    ['largest int', words(0x7fffffff, 4)],
    ['header longer than the frame', words(10, 7)],
    ['24-bit header', words(16_777_000, 0xffffff)],
    ['header above its limit', words(1_000_000, 256 * 1024 + 1)],
    ['serialize type 2', words(100, 0x02000004)],
    ['serialize type 255', words(100, 0xff000004)],
    ['TLS hello', Buffer.from('160301020001000200', 'hex')],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
  ])('refuses %s when the eight bytes are there, and for good', (_name, bytes) => {
    for (const chunks of [[bytes], Array.from(bytes, (byte) => Buffer.of(byte))]) {
      const decoder = new FrameDecoder();
      for (const chunk of chunks) {
        decoder.push(chunk);
        expect(decoder.next()).toBeUndefined();
      }
      expect(decoder.error?.code).toBe('FRAME');
      const { error } = decoder;
      decoder.push(goldens[0]?.bytes as Buffer);
      expect(decoder.next()).toBeUndefined();
      expect(decoder.error).toBe(error);
      expect(decoder.bufferedBytes).toBe(0);
    }
  });

  it('gives the frames before the broken one', () => {
    const good = goldens[0]?.bytes as Buffer;
    const result = decode([Buffer.concat([good, good, words(-1, 0), good])]);
    expect(result.frames).toHaveLength(2);
    expect(result.error).toContain('frame length -1');
  });

  it('takes a frame of exactly the limit and refuses one byte more', () => {
    const limits = { frameBytesMax: 100, headerBytesMax: 50 };
    expect(decode([Buffer.concat([words(96, 10), Buffer.alloc(92)])], limits).frames).toHaveLength(1);
    expect(decode([Buffer.concat([words(97, 10), Buffer.alloc(93)])], limits).error).toContain('limit 100');
    expect(decode([Buffer.concat([words(96, 51), Buffer.alloc(92)])], limits).error).toContain('limit 50');
  });

  it('has no body when nothing is behind the header', () => {
    const decoder = new FrameDecoder();
    decoder.push(Buffer.concat([words(6, 2), Buffer.from('{}')]));
    expect(decoder.next()?.body).toBeUndefined();
  });

  it('counts what it holds, and holds no more than what came', () => {
    const decoder = new FrameDecoder();
    decoder.push(words(16_000_000, 4));
    decoder.push(Buffer.alloc(10));
    expect(decoder.next()).toBeUndefined();
    expect(decoder.bufferedBytes).toBe(18);
  });

  it('throws nothing whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }), (chunks) => {
        decode(chunks.map((chunk) => Buffer.from(chunk)));
      }),
      { numRuns: 1000 },
    );
  });
});
