import { readGoldenFrames } from '@rocketmq-ts/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { FrameDecoder } from '../frame/frame-decoder.ts';
import { encodeOffsetMsgId } from '../message/message-id.ts';
import { decodeCommand } from '../api/expected-headers.ts';
import { encodeCommand } from './command-codec.ts';
import { RemotingCommand } from './remoting-command.ts';
import { encodeSendMessageResponse, offsetMsgIdPrefix, type SendMessageResponseFields } from './send-message-response.ts';

// The same inputs on every run; raise numRuns or change the seed to search further.
fc.configureGlobal({ seed: 460 });

function fast(fields: SendMessageResponseFields, out = new ByteWriter(16)): Buffer {
  const from = out.position;
  encodeSendMessageResponse(out, fields);
  return Buffer.from(out.view().subarray(from));
}

function generic(fields: SendMessageResponseFields, host: { ip: string; port: number }): Buffer {
  const extFields = new Map([
    ['queueId', String(fields.queueId)],
    ['TRACE_ON', String(fields.traceOn)],
    ['MSG_REGION', fields.regionId],
    ['msgId', fields.physicalOffsets.map((offset) => encodeOffsetMsgId(host, offset)).join(',')],
    ['queueOffset', String(fields.queueOffset)],
  ]);
  if (fields.transactionId !== undefined) extFields.set('transactionId', fields.transactionId);
  const command = new RemotingCommand(fields.code, extFields);
  command.opaque = fields.opaque;
  command.markResponse();
  const out = new ByteWriter();
  encodeCommand(out, command);
  return out.copy();
}

describe('encodeSendMessageResponse', () => {
  it('writes what the generic encoder writes', () => {
    const hosts = fc.constantFrom({ ip: '10.0.0.1', port: 10911 }, { ip: '2001:db8::1', port: 65535 });
    const offset = fc.maxSafeNat();
    fc.assert(
      fc.property(
        hosts,
        fc.record({
          opaque: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
          code: fc.constantFrom(0, 10, 11, 12),
          physicalOffsets: fc.array(offset, { minLength: 1, maxLength: 50 }),
          queueId: fc.nat(0x7fffffff),
          queueOffset: offset,
          regionId: fc.string(),
          traceOn: fc.boolean(),
          transactionId: fc.option(fc.string(), { nil: undefined }),
        }),
        (host, rest) => {
          const fields = { ...rest, msgIdPrefix: offsetMsgIdPrefix(host) };
          expect(fast(fields).toString('latin1')).toBe(generic(fields, host).toString('latin1'));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('appends behind what is there', () => {
    const fields = { opaque: 1, code: 0, msgIdPrefix: offsetMsgIdPrefix({ ip: '1.2.3.4', port: 5 }), physicalOffsets: [6], queueId: 7, queueOffset: 8, regionId: 'r', traceOn: true };
    const out = new ByteWriter(1);
    const first = fast(fields, out);
    expect(fast(fields, out)).toEqual(first);
    expect(out.view()).toEqual(Buffer.concat([first, first]));
  });

  it("writes Java's bytes for Java's answers", () => {
    const frames = readGoldenFrames(new URL('../../test/golden/wire', import.meta.url), ({ requestCode, direction, serializeType }) => [10, 310, 320].includes(requestCode) && direction === 'response' && serializeType === 'JSON');
    let compared = 0;
    for (const { name, bytes } of frames) {
      const decoder = new FrameDecoder();
      decoder.push(bytes);
      const frame = decoder.next();
      if (frame === undefined) throw new Error(name);
      const { code, opaque, extFields } = decodeCommand(frame);
      const msgIds = extFields?.get('msgId')?.split(',');
      if (extFields === undefined || msgIds === undefined || extFields.has('transactionId')) continue;
      const fields = {
        opaque,
        code,
        msgIdPrefix: Buffer.from(msgIds[0]?.slice(0, 16) as string),
        physicalOffsets: msgIds.map((id) => Number.parseInt(id.slice(16), 16)),
        queueId: Number(extFields.get('queueId')),
        queueOffset: Number(extFields.get('queueOffset')),
        regionId: extFields.get('MSG_REGION') as string,
        traceOn: extFields.get('TRACE_ON') === 'true',
      };
      expect(fast(fields).toString('latin1'), name).toBe(bytes.toString('latin1'));
      compared++;
    }
    expect(compared).toBeGreaterThan(2);
  });
});
