import assert from 'node:assert/strict';
import { encodeBatchBody, propertiesText, readBatchBody } from '@rocketmq-ts/remoting-protocol';
import protobuf from 'protobufjs';
import type { Subject } from '../subject.ts';

const ITEMS = 100;
const BatchMessage = protobuf.parse(`
  syntax = "proto3";
  message Item { int32 flag = 1; bytes body = 2; string properties = 3; }
  message Batch { repeated Item items = 1; }`).root.lookupType('Batch');

interface PlainItem {
  readonly flag: number;
  readonly body: Buffer;
  readonly properties: string;
}

export async function open(): Promise<readonly Subject[]> {
  const items: PlainItem[] = Array.from({ length: ITEMS }, (_, index) => ({
    flag: index,
    body: Buffer.alloc(128, `body ${index} `),
    properties: propertiesText(new Map([['UNIQ_KEY', `C000020200004E0E2F2A6F87916E${String(index).padStart(4, '0')}`], ['TAGS', 'TagA']])),
  }));
  const messages = items.map(({ flag, body, properties }) => ({ flag, body, properties: new Map([...properties.matchAll(/([^\u0001\u0002]+)\u0001([^\u0002]+)\u0002/g)].map(([, name = '', value = '']) => [name, value] as const)) }));
  const batch = encodeBatchBody(messages);
  const json = Buffer.from(JSON.stringify(items.map((item) => ({ ...item, body: item.body.toString('base64') }))));
  const protobufBytes = BatchMessage.encode(BatchMessage.create({ items })).finish();
  const parse = (): PlainItem[] => (JSON.parse(json.toString()) as { flag: number; body: string; properties: string }[]).map((item) => ({ ...item, body: Buffer.from(item.body, 'base64') }));
  return [
    {
      id: 'batch-split',
      title: `Batch split: ${ITEMS} messages of 128 B`,
      unit: 'message',
      unitsPerRun: ITEMS,
      contestants: [
        { name: 'readBatchBody', run: () => [...readBatchBody(batch)] },
        { name: 'JSON.parse(buf.toString()), bodies from Base64', run: parse },
        { name: 'protobufjs decode', run: () => BatchMessage.decode(protobufBytes) },
      ],
      check() {
        assert.deepEqual([...readBatchBody(batch)].map((item) => ({ ...item, properties: item.properties.toString() })), items);
        assert.deepEqual(parse(), items);
        const decoded = BatchMessage.toObject(BatchMessage.decode(protobufBytes), { defaults: true }) as { items: PlainItem[] };
        assert.deepEqual(decoded.items, items);
      },
    },
  ];
}
