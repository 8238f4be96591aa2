import { ByteWriter, encodeCommand, offsetMsgIdPrefix, type RemotingCommand } from '@rocketmq-ts/remoting-protocol';
import type { Answerable, Connection, EncodedAnswer } from '@rocketmq-ts/remoting';
import type { Appended, PutStatus } from '@rocketmq-ts/store';
import { expect, it } from 'vitest';

import { MessageType } from '../../stats/topic-traffic.ts';
import { SendAnswers } from './send-answer.ts';
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

const answers = new SendAnswers(ports);

/** Settles one answer on a connection that speaks JSON or not, and returns the frame that goes out. */
function frameOf(status: PutStatus, physicalOffsets: readonly number[], speaksJson: boolean): Buffer {
  const out = new ByteWriter(1024);
  const connection = {
    respondEncoded: (answer: EncodedAnswer) => {
      if (speaksJson) answer.encodeTo(out);
      return speaksJson;
    },
    respond: ({ opaque }: Answerable, response: RemotingCommand) => {
      response.opaque = opaque;
      response.markResponse();
      encodeCommand(out, response);
    },
  } as unknown as Connection;
  const appended: Appended = { status: 'APPENDED', physicalOffset: physicalOffsets[0] ?? 0, endOffset: 4096, queueOffset: 12, storeTimestamp: 990, physicalOffsets };
  answers.to(connection, { opaque: 77, isOneway: false }).storedAt(appended, 'T', 3, MessageType.NORMAL).settle(status);
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

it('is used again when it has been given, and says nothing of the send before', () => {
  frameOf('FLUSH_SLAVE_TIMEOUT', [0, 200, 400], true);
  const answer = answers.to({} as Connection, { opaque: 1, isOneway: true });
  expect(answers.to({} as Connection, { opaque: 2, isOneway: true })).not.toBe(answer);
  expect(frameOf('PUT_OK', [7], true)).toEqual(frameOf('PUT_OK', [7], false));
});
