import assert from 'node:assert/strict';
import { ByteWriter, decodeCommand, encodeCommand, encodeSendMessageResponse, offsetMsgIdPrefix, RemotingCommand, SerializeType } from '@rocketmq-ts/remoting-protocol';
import type { Contestant, Subject } from '../subject.ts';
import { contentOf, headerClassOf, HeaderMessage, type HeaderSample, headerSamples, protobufHeader } from './headers.ts';

const STRINGIFY = 'Buffer.from(JSON.stringify())';

export async function open(): Promise<readonly Subject[]> {
  return headerSamples.map(subjectOf);
}

function subjectOf(sample: HeaderSample): Subject {
  const { name, json, plain, command, binaryCommand } = sample;
  const out = new ByteWriter(4096);
  // As a connection does: into memory that is there already, one frame behind the other.
  const encode = (what: typeof command) => (): ByteWriter => {
    out.reset();
    encodeCommand(out, what);
    return out;
  };
  const message = protobufHeader(sample);
  const generic: Contestant = { name: 'encodeCommand, JSON', run: encode(command) };
  const fields = sendAnswer(sample);
  const answer = (): ByteWriter => {
    out.reset();
    encodeSendMessageResponse(out, fields);
    return out;
  };
  const own: Contestant[] = name === 'send response' ? [{ name: 'encodeSendMessageResponse', run: answer }, generic] : [generic];
  const headerClass = headerClassOf(name);
  const header = headerClass?.decode(command.extFields);
  const fromObject = (): ByteWriter => {
    const made = Object.assign(new RemotingCommand(command.code, headerClass?.encode(header)), { opaque: command.opaque, flag: command.flag, remark: command.remark });
    return encode(made)();
  };
  if (headerClass !== undefined) own.push({ name: 'encodeCommand of a new command with an object of its header class', run: fromObject });
  return {
    id: `encode-${name.replace(' ', '-')}`,
    title: `Header encode: ${name}, ${json.length} B`,
    unit: 'header',
    unitsPerRun: 1,
    contestants: [
      ...own,
      { name: 'encodeCommand, ROCKETMQ', run: encode(binaryCommand) },
      { name: STRINGIFY, run: () => Buffer.from(JSON.stringify(plain)) },
      { name: 'protobufjs encode', run: () => HeaderMessage.encode(message).finish() },
    ],
    goal: { id: 'P11', atLeast: 2, timesAsFastAs: STRINGIFY },
    check() {
      const wanted = contentOf(plain);
      assert.equal(encode(command)().copy().toString('utf8', 8), json.toString());
      assert.deepEqual(JSON.parse(JSON.stringify(plain)), plain);
      const binary = encode(binaryCommand)().copy().subarray(8);
      assert.deepEqual(contentOf(decodeCommand({ serializeType: SerializeType.ROCKETMQ, header: binary, body: undefined })), wanted);
      assert.deepEqual(contentOf(HeaderMessage.decode(HeaderMessage.encode(message).finish())), wanted);
      if (headerClass !== undefined) assert.equal(fromObject().copy().toString('utf8', 8), json.toString());
      if (name === 'send response') assert.equal(answer().copy().toString('utf8', 8), json.toString());
    },
  };
}

/** What the broker knows when it answers a send. */
function sendAnswer({ plain, command }: HeaderSample): Parameters<typeof encodeSendMessageResponse>[1] {
  const { msgId = '', queueId, queueOffset, MSG_REGION = '' } = plain.extFields ?? {};
  return {
    opaque: command.opaque,
    code: command.code,
    msgIdPrefix: offsetMsgIdPrefix({ ip: '127.0.0.1', port: 10911 }),
    physicalOffsets: [Number.parseInt(msgId.slice(16) || '0', 16)],
    queueId: Number(queueId),
    queueOffset: Number(queueOffset),
    regionId: MSG_REGION,
    traceOn: true,
  };
}
