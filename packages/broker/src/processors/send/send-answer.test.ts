import { ByteWriter, encodeCommand, offsetMsgIdPrefix, RemotingCommand } from '@rocketmq-ts/remoting-protocol';
import type { Connection } from '@rocketmq-ts/remoting';
import type { Appended, PutStatus } from '@rocketmq-ts/store';
import { expect, it } from 'vitest';

import { MessageType } from '../../stats/topic-traffic.ts';
import { SendAnswer } from './send-answer.ts';
import type { SendPorts } from './send-ports.ts';

const storeHost = { ip: '10.0.0.1', port: 10911 };
const ports = {
  env: { clock: { wallMs: () => 1000 } },
  live: { traceOn: true },
  facts: { clusterName: 'c', brokerIP1: '10.0.0.1', regionId: 'DefaultRegion', storeHost, msgIdPrefix: offsetMsgIdPrefix(storeHost) },
  unsaved: { isSaved: () => true },
  diskUse: { commitLogDiskRatio: 0.95, consumeQueueDiskRatio: 0.95 },
  putTimes: { record() {} },
} as unknown as SendPorts;

/** Settles one answer on a connection that speaks JSON or not, and returns the frame that goes out. */
function frameOf(status: PutStatus, physicalOffsets: readonly number[], speaksJson: boolean): Buffer {
  const out = new ByteWriter(1024);
  const connection = {
    respondEncoded: (_request: RemotingCommand, answer: SendAnswer) => {
      if (speaksJson) answer.encodeTo(out);
      return speaksJson;
    },
    respond: (request: RemotingCommand, response: RemotingCommand) => {
      response.opaque = request.opaque;
      encodeCommand(out, response);
    },
  } as unknown as Connection;
  const request = new RemotingCommand(310);
  request.opaque = 77;
  const appended: Appended = { status: 'APPENDED', physicalOffset: physicalOffsets[0] ?? 0, endOffset: 4096, queueOffset: 12, storeTimestamp: 990, physicalOffsets };
  new SendAnswer(ports, connection, request, { topic: 'T', queueId: 3, messageType: MessageType.NORMAL }, appended).settle(status);
  return Buffer.from(out.view());
}

it.each<[PutStatus, number[]]>([
  ['PUT_OK', [0x1234]],
  ['PUT_OK', [0, 200, 400]],
  ['FLUSH_DISK_TIMEOUT', [2 ** 40 + 7]],
])('writes the same frame with and without a command: %s %o', (status, offsets) => {
  expect(frameOf(status, offsets, true)).toEqual(frameOf(status, offsets, false));
});

it('refuses in words what is not in the log', () => {
  const text = frameOf('SERVICE_NOT_AVAILABLE', [0], true).toString('latin1');
  expect(text).toContain('"code":14');
  expect(text).toContain('maybe disk full, CL:  0.95');
  expect(text).not.toContain('msgId');
});
