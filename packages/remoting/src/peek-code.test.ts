import { ByteWriter, encodeCommand, FrameDecoder, type Frame, RemotingCommand, SerializeType } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';
import { peekCode } from './peek-code.ts';

function frame(serializeType: SerializeType, code: number, isResponse = false): Frame {
  const command = new RemotingCommand(code, new Map([['a', '1']]));
  command.serializeType = serializeType;
  if (isResponse) command.markResponse();
  const out = new ByteWriter();
  encodeCommand(out, command);
  const decoder = new FrameDecoder();
  decoder.push(out.copy());
  return decoder.next() as Frame;
}

const json = (header: string): Frame => ({ serializeType: SerializeType.JSON, header: Buffer.from(header), body: undefined });

describe('peekCode', () => {
  it('tells the code of both header forms', () => {
    for (const code of [0, 10, 310, 320, 3021]) {
      expect(peekCode(frame(SerializeType.JSON, code))).toBe(code);
      expect(peekCode(frame(SerializeType.ROCKETMQ, code))).toBe(code);
    }
  });

  it('leaves binary responses, and JSON it does not know at a glance, to the decoder', () => {
    expect(peekCode(frame(SerializeType.ROCKETMQ, 310, true))).toBe(-1);
    for (const header of ['', '{', '{"code":', '{"code":}', '{"code":-1,', '{"code":1.5,', '{"code":12', '{"code":12345678901,', '{ "code":310,', '{"flag":0,"code":310}', '{"code":"310",']) {
      expect(peekCode(json(header)), header).toBe(-1);
    }
    expect(peekCode(json('{"code":310}'))).toBe(310);
  });
});
