/**
 * Frame → RemotingCommand, and RemotingCommand → whole frame. The stage between the frame decoder and the dispatcher.
 *
 * Source: remoting/protocol/RemotingCommand.java encode, decode (4.6.0)
 */
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Frame } from '../frame/frame-decoder.ts';
import { decodeJsonHeader } from './header-json-decoder.ts';
import { encodeJsonHeader } from './header-json-encoder.ts';
import type { ExpectedLayouts } from './header-layout.ts';
import { decodeRocketmqHeader, encodeRocketmqHeader } from './header-rocketmq.ts';
import { type RemotingCommand, SerializeType } from './remoting-command.ts';

/**
 * The command of a frame; its body stays a view of the frame. Fields become values at once where they are of a layout that
 * is expected.
 *
 * @throws ProtocolError when the header can't be read: close the connection, its opaque is not known
 */
export function decodeCommandBy(expected: ExpectedLayouts, frame: Frame): RemotingCommand {
  const command = frame.serializeType === SerializeType.ROCKETMQ ? decodeRocketmqHeader(frame.header) : decodeJsonHeader(frame.header, expected);
  command.body = frame.body;
  return command;
}

/** Appends the whole frame: both words, header, body (copied). */
export function encodeCommand(out: ByteWriter, command: RemotingCommand): void {
  const bodyBytes = command.body === undefined ? 0 : command.body.length;
  encodeCommandHead(out, command, bodyBytes);
  if (command.body !== undefined) out.bytes(command.body);
}

/**
 * Appends both words and the header of a frame whose body of `bodyBytes` is sent by the caller right behind it, as pieces.
 * Returns where the frame starts.
 */
export function encodeCommandHead(out: ByteWriter, command: RemotingCommand, bodyBytes: number): number {
  const start = out.reserve(8);
  out.position = start + 8;
  if (command.serializeType === SerializeType.ROCKETMQ) encodeRocketmqHeader(out, command);
  else encodeJsonHeader(out, command);
  const headerBytes = out.position - start - 8;
  out.patchI32(start, headerBytes + bodyBytes + 4);
  out.patchI32(start + 4, (command.serializeType << 24) | headerBytes);
  return start;
}
