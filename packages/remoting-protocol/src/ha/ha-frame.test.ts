import { readGolden } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHaReport, HA_PUSH_BODY_BYTES_MAX, HA_PUSH_HEADER_BYTES, HaPushDecoder, HaReportDecoder, writeHaPushHeader } from './ha-frame.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

const golden = (name: string): Buffer => readGolden(new URL(`../../test/golden/ha/${name}.hex`, import.meta.url)).bytes;
const CONNECTIONS = [1, 2].map((number) => ({ number, reports: golden(`${number}-reports`), pushes: golden(`${number}-pushes`) }));
const commitLog = golden('commitlog');

interface Push {
  readonly physicalOffset: number;
  readonly body: Buffer;
}

/** Whole pushes, put together from the parts; a chunk is overwritten when its parts have been taken. Called very often: plain checks. */
function decodePushes(chunks: readonly Buffer[]): Push[] {
  const decoder = new HaPushDecoder();
  const pushes: { physicalOffset: number; bodyBytes: number; next: number; pieces: Buffer[] }[] = [];
  for (const chunk of chunks) {
    const own = Buffer.from(chunk);
    decoder.push(own);
    for (let part = decoder.next(); part !== undefined; part = decoder.next()) {
      if (part.kind === 'header') {
        pushes.push({ physicalOffset: part.physicalOffset, bodyBytes: part.bodyBytes, next: part.physicalOffset, pieces: [] });
        continue;
      }
      const push = pushes[pushes.length - 1] as (typeof pushes)[number];
      if (part.physicalOffset !== push.next || part.bytes.length === 0) throw new Error(`a piece at ${part.physicalOffset}, not at ${push.next}`);
      push.next += part.bytes.length;
      push.pieces.push(Buffer.from(part.bytes));
    }
    own.fill(0xdd);
  }
  return pushes.map(({ physicalOffset, bodyBytes, pieces }) => {
    const body = Buffer.concat(pieces);
    if (body.length !== bodyBytes) throw new Error(`a body of ${body.length} bytes, not of ${bodyBytes}`);
    return { physicalOffset, body };
  });
}

function encodePush({ physicalOffset, body }: Push): Buffer {
  const header = Buffer.alloc(HA_PUSH_HEADER_BYTES);
  writeHaPushHeader(header, 0, physicalOffset, body.length);
  return Buffer.concat([header, body]);
}

function decodeReports(chunks: readonly Buffer[]): number[] {
  const decoder = new HaReportDecoder();
  return chunks.map((chunk) => decoder.push(chunk)).filter((report) => report !== undefined);
}

function bytewise(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (byte) => Buffer.of(byte));
}

function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

describe('what a Java master pushes', () => {
  it.each(CONNECTIONS)('is its commit log, byte for byte (connection $number)', ({ pushes }) => {
    const decoded = decodePushes([pushes]);
    expect(decoded.some(({ body }) => body.length === 0), 'heartbeats').toBe(true);
    expect(decoded.some(({ body }) => body.length > 0), 'bodies').toBe(true);
    let next = decoded[0]?.physicalOffset as number;
    for (const { physicalOffset, body } of decoded) {
      expect(physicalOffset).toBe(next);
      expect(body.equals(commitLog.subarray(physicalOffset, physicalOffset + body.length))).toBe(true);
      // One push never reaches into the next file.
      expect(Math.floor(physicalOffset / 8192)).toBe(Math.floor((physicalOffset + Math.max(0, body.length - 1)) / 8192));
      next += body.length;
    }
    expect(Buffer.concat(decoded.map(encodePush)).equals(pushes)).toBe(true);
  });

  it('is the whole log, over both connections', () => {
    const all = CONNECTIONS.flatMap(({ pushes }) => decodePushes([pushes]));
    expect(Buffer.concat(all.map(({ body }) => body)).equals(commitLog)).toBe(true);
  });

  it('comes out the same whole, byte by byte, cut at every index and anywhere', () => {
    for (const { pushes } of CONNECTIONS) {
      const whole = decodePushes([pushes]);
      expect(decodePushes(bytewise(pushes))).toEqual(whole);
      for (let at = 1; at < pushes.length; at += 1) {
        const again = decodePushes([pushes.subarray(0, at), pushes.subarray(at)]);
        if (again.length !== whole.length || !Buffer.concat(again.map(encodePush)).equals(pushes)) throw new Error(`not the same, cut at ${at}`);
      }
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 0, max: pushes.length }), { maxLength: 40 }), (cuts) => {
          expect(Buffer.concat(decodePushes(cut(pushes, cuts)).map(encodePush)).equals(pushes)).toBe(true);
        }),
        { numRuns: 100 },
      );
    }
  });
});

describe('what a Java slave reports', () => {
  it('begins with its position and rises to the end of the log', () => {
    const [first, second] = CONNECTIONS.map(({ reports }) => decodeReports(cut(reports, Array.from({ length: reports.length / 8 - 1 }, (_, index) => (index + 1) * 8))));
    expect(first?.[0]).toBe(0);
    expect(second?.[0]).toBe(first?.at(-1));
    expect(second?.at(-1)).toBe(commitLog.length);
    for (const [index, { reports }] of CONNECTIONS.entries()) {
      const offsets = [first, second][index] as number[];
      expect(Buffer.concat(offsets.map(encodeHaReport)).equals(reports)).toBe(true);
    }
  });

  it('is its last complete report, cut anywhere', () => {
    for (const { reports } of CONNECTIONS) {
      const last = reports.readUInt32BE(reports.length - 4);
      expect(decodeReports([reports])).toEqual([last]);
      expect(decodeReports(bytewise(reports))).toHaveLength(reports.length / 8);
      for (let at = 1; at < reports.length; at += 1) {
        const decoded = decodeReports([reports.subarray(0, at), reports.subarray(at)]);
        expect(decoded.at(-1)).toBe(last);
        expect(decoded).toHaveLength(at < 8 ? 1 : 2);
        if (at >= 8) expect(decoded[0]).toBe(reports.readUInt32BE(at - (at % 8) - 4));
      }
    }
  });

  it('is nothing until eight bytes are there', () => {
    const decoder = new HaReportDecoder();
    for (const byte of encodeHaReport(7).subarray(0, 7)) expect(decoder.push(Buffer.of(byte))).toBeUndefined();
    expect(decoder.push(Buffer.alloc(0))).toBeUndefined();
    expect(decoder.push(Buffer.of(7))).toBe(7);
  });
});

describe('bytes that are not HA', () => {
  it.each([
    ['a negative report', [encodeHaReport(-1)], 'a report at a negative offset'],
    ['the smallest long', [Buffer.from('8000000000000000', 'hex')], 'negative offset'],
    ['a report beyond 2^53', [Buffer.from('0020000000000000', 'hex')], 'beyond 2^53'],
    ['HTTP', [Buffer.from('GET / HTTP/1.1\r\n')], 'beyond 2^53'],
    ['a falling report', [encodeHaReport(100), encodeHaReport(99)], 'a report of 99 after one of 100'],
    ['a report that falls within a chunk', [Buffer.concat([encodeHaReport(100), encodeHaReport(0), encodeHaReport(200)])], 'a report of 0 after one of 100'],
  ])('are refused by a master: %s', (_name, chunks, message) => {
    expect(() => decodeReports(chunks)).toThrow(message);
    expect(() => decodeReports(chunks.flatMap(bytewise))).toThrow(message);
  });

  it.each([
    ['a negative offset', encodePushHeader(-1, 10), 'a push at a negative offset'],
    ['an offset beyond 2^53', Buffer.from('00200000000000000000000a', 'hex'), 'beyond 2^53'],
    ['a negative size', encodePushHeader(0, -1), 'a push of -1 bytes'],
    ['one byte more than a Java slave can take', encodePushHeader(0, HA_PUSH_BODY_BYTES_MAX + 1), `a push of ${HA_PUSH_BODY_BYTES_MAX + 1} bytes, limit ${HA_PUSH_BODY_BYTES_MAX}`],
    ['a RocketMQ frame', Buffer.from('000000eb000000e77b22636f', 'hex'), 'a push of 2065851247 bytes'],
  ])('are refused by a slave: %s', (_name, header, message) => {
    const good = encodePush({ physicalOffset: 0, body: Buffer.from('body') });
    for (const chunks of [[header], bytewise(header), [Buffer.concat([good, header])], bytewise(Buffer.concat([good, header]))]) {
      expect(() => decodePushes(chunks)).toThrow(message);
    }
  });

  it('the largest push is one, and the largest offset', () => {
    const offset = Number.MAX_SAFE_INTEGER;
    const decoder = new HaPushDecoder();
    decoder.push(encodePushHeader(offset, HA_PUSH_BODY_BYTES_MAX));
    expect(decoder.next()).toEqual({ kind: 'header', physicalOffset: offset, bodyBytes: HA_PUSH_BODY_BYTES_MAX });
    expect(decoder.next()).toBeUndefined();
    expect(new HaReportDecoder().push(encodeHaReport(offset))).toBe(offset);
  });
});

function encodePushHeader(physicalOffset: number, bodyBytes: number): Buffer {
  const header = Buffer.alloc(HA_PUSH_HEADER_BYTES);
  writeHaPushHeader(header, 0, physicalOffset, bodyBytes);
  return header;
}
