import assert from 'node:assert/strict';
import { ByteWriter, decodeCommand, encodeCommand, newSendMessageScan, scanSendMessageV2, SerializeType } from '@rocketmq-ts/remoting-protocol';
import type { Contestant, Subject } from '../subject.ts';
import { contentOf, headerClassOf, HeaderMessage, type HeaderSample, headerSamples, protobufHeader } from './headers.ts';

const JSON_PARSE = 'JSON.parse(buf.toString())';

export async function open(): Promise<readonly Subject[]> {
  return headerSamples.map(subjectOf);
}

function subjectOf(sample: HeaderSample): Subject {
  const { name, json, plain, command } = sample;
  const jsonFrame = { serializeType: SerializeType.JSON, header: json, body: undefined };
  const out = new ByteWriter();
  encodeCommand(out, sample.binaryCommand);
  const binaryFrame = { serializeType: SerializeType.ROCKETMQ, header: out.copy().subarray(8), body: undefined };
  const protobufBytes = HeaderMessage.encode(protobufHeader(sample)).finish();
  const generic: Contestant = { name: 'decodeCommand, JSON', run: () => decodeCommand(jsonFrame) };
  // What the broker does with a send: no command is made of it.
  const scan = newSendMessageScan();
  const own: Contestant[] = command.code === 310 ? [{ name: 'scanSendMessageV2', run: () => scanSendMessageV2(json, scan) }, generic] : [generic];
  const headerClass = headerClassOf(name);
  if (headerClass !== undefined) own.push({ name: 'decodeCommand, and an object of its header class', run: () => headerClass.decode(decodeCommand(jsonFrame).extFields) });
  return {
    id: `decode-${name.replace(' ', '-')}`,
    title: `Header decode: ${name}, ${json.length} B`,
    unit: 'header',
    unitsPerRun: 1,
    contestants: [
      ...own,
      { name: 'decodeCommand, ROCKETMQ', run: () => decodeCommand(binaryFrame) },
      { name: JSON_PARSE, run: () => JSON.parse(json.toString()) as unknown },
      { name: 'protobufjs decode', run: () => HeaderMessage.decode(protobufBytes) },
    ],
    goal: { id: 'P11', atLeast: 2, timesAsFastAs: JSON_PARSE },
    check() {
      const wanted = contentOf(plain);
      assert.deepEqual(contentOf(decodeCommand(jsonFrame)), wanted);
      assert.deepEqual(contentOf(decodeCommand(binaryFrame)), wanted);
      assert.deepEqual(contentOf(HeaderMessage.decode(protobufBytes)), wanted);
      if (command.code === 310) checkScan(sample);
      if (headerClass !== undefined) assert.deepEqual(Object.fromEntries(headerClass.encode(headerClass.decode(decodeCommand(jsonFrame).extFields))), plain.extFields);
    },
  };
}

function checkScan({ json, command }: HeaderSample): void {
  const scan = newSendMessageScan();
  assert.equal(scanSendMessageV2(json, scan), true);
  const { a, b, c, d, e, f, g, h, i, j, k, m } = Object.fromEntries(command.extFields ?? []);
  const texts = [scan.producerGroup, scan.topic, scan.defaultTopic, scan.defaultTopicQueueNums, scan.queueId, scan.sysFlag, scan.bornTimestamp, scan.flag, scan.reconsumeTimes, scan.unitMode, scan.batch];
  assert.deepEqual(texts.map(String), [a, b, c, d, e, f, g, h, j, k, m]);
  assert.equal(scan.propertiesBytes, Buffer.byteLength(i ?? ''));
  assert.equal(scan.opaque, command.opaque);
}
