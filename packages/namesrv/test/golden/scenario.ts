/**
 * One story for a name server, told request by request: sent once to Java's by `capture.ts`, which keeps the answers, and
 * in every test run to ours. Bodies are texts as a Java 4.6.0 broker sends them, made without our codecs.
 */
import { crc32, deflateSync } from 'node:zlib';

export interface Request {
  readonly name: string;
  /** Which of several connections; opened by its first request. */
  readonly connection: string;
  readonly code: number;
  readonly version?: number;
  readonly extFields?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface Close {
  readonly name: string;
  readonly closes: string;
}

export type Step = Request | Close;

const NO_TOPICS: readonly string[] = [];

function topicConfig(text: string): object {
  const [topicName, readQueueNums, writeQueueNums, perm, topicSysFlag] = text.split(' ');
  return {
    order: false,
    perm: Number(perm),
    readQueueNums: Number(readQueueNums),
    topicFilterType: 'SINGLE_TAG',
    topicName,
    topicSysFlag: Number(topicSysFlag ?? 0),
    writeQueueNums: Number(writeQueueNums),
  };
}

function wrapper(counter: number, topics: readonly string[]): object {
  const table: [string, object][] = topics.map((text) => [text.split(' ')[0] as string, topicConfig(text)]);
  return { dataVersion: { counter, timestamp: 1_700_000_000_000 + counter }, topicConfigTable: Object.fromEntries(table) };
}

function plainBody(counter: number, topics: readonly string[], filterServerList: readonly string[] = []): Buffer {
  return Buffer.from(JSON.stringify({ filterServerList, topicConfigSerializeWrapper: wrapper(counter, topics) }));
}

function prefixed(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function compressedBody(counter: number, topics: readonly string[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeInt32BE(topics.length);
  const configs = topics.map((text) => {
    const [topicName, readQueueNums, writeQueueNums, perm] = text.split(' ');
    return prefixed(`${topicName} ${readQueueNums} ${writeQueueNums} ${perm} SINGLE_TAG`);
  });
  const version = prefixed(`{"counter":${counter},"timestamp":${1_700_000_000_000 + counter}}`);
  return deflateSync(Buffer.concat([version, count, ...configs, prefixed('[]')]), { level: 9 });
}

interface Broker {
  readonly cluster: string;
  readonly name: string;
  readonly id: number;
  readonly addr: string;
}

const MASTER_A: Broker = { cluster: 'DefaultCluster', name: 'broker-a', id: 0, addr: '10.0.0.1:10911' };
const SLAVE_A: Broker = { cluster: 'DefaultCluster', name: 'broker-a', id: 1, addr: '10.0.0.2:10911' };
const SECOND_SLAVE_A: Broker = { ...SLAVE_A, id: 2, addr: '10.0.0.6:10911' };
const MASTER_B: Broker = { cluster: 'DefaultCluster', name: 'broker-b', id: 0, addr: '10.0.0.3:10911' };
const MASTER_C: Broker = { cluster: 'second cluster'.replace(' ', '-'), name: 'host-7.example.org', id: 0, addr: '10.0.0.4:20911' };
const SLAVE_C: Broker = { ...MASTER_C, id: 3, addr: '10.0.0.5:20911' };

function keyFields(broker: Broker): Record<string, string> {
  return { brokerAddr: broker.addr, brokerId: String(broker.id), brokerName: broker.name, clusterName: broker.cluster };
}

function register(name: string, connection: string, broker: Broker, body: Buffer | undefined, more: { compressed?: boolean; version?: number; badCrc?: boolean } = {}): Request {
  const bodyCrc32 = body === undefined ? 0 : (crc32(body) & 0x7fffffff) ^ (more.badCrc === true ? 1 : 0);
  return {
    name,
    connection,
    code: 103,
    ...(more.version === undefined ? {} : { version: more.version }),
    extFields: {
      ...keyFields(broker),
      bodyCrc32: String(bodyCrc32),
      compressed: String(more.compressed ?? false),
      haServerAddr: broker.addr.replace('911', '912'),
    },
    ...(body === undefined ? {} : { body }),
  };
}

function ask(name: string, code: number, extFields?: Record<string, string>, body?: Buffer): Request {
  return { name, connection: 'tool', code, ...(extFields === undefined ? {} : { extFields }), ...(body === undefined ? {} : { body }) };
}

function route(topic: string, why = ''): Request {
  return ask(`route of ${topic}${why}`, 105, { topic });
}

function lists(when: string): Request[] {
  return [
    ask(`cluster info, ${when}`, 106),
    ask(`all topics, ${when}`, 206),
    ask(`system topics, ${when}`, 304),
    ask(`unit topics, ${when}`, 311),
    ask(`unit-sub topics, ${when}`, 312),
    ask(`unit-sub un-unit topics, ${when}`, 313),
    ask(`topics of DefaultCluster, ${when}`, 224, { cluster: 'DefaultCluster' }),
    ask(`topics of an unknown cluster, ${when}`, 224, { cluster: 'nobody' }),
  ];
}

const SYSTEM_TOPICS = ['SELF_TEST_TOPIC 1 1 6', 'TBW102 8 8 7', 'BenchmarkTest 1024 1024 6', 'DefaultCluster 16 16 7', 'OFFSET_MOVED_EVENT 1 1 6', 'DefaultCluster_REPLY_TOPIC 1 1 6'];
const MANY_TOPICS = Array.from({ length: 40 }, (_, index) => `Topic_${index * 37} 4 4 6`);
const A_TOPICS = [...SYSTEM_TOPICS, 'broker-a 1 1 7', 'TopicTest 4 4 6', '%RETRY%group 1 1 6', 'unit 2 2 6 1', 'unitSub 2 2 6 2', 'both 2 2 6 3', '__proto__ 4 4 6', ...MANY_TOPICS];
const B_TOPICS = [...SYSTEM_TOPICS, 'broker-b 1 1 7', 'TopicTest 8 8 6', 'constructor 1 1 6'];

export const SCENARIO: readonly Step[] = [
  ask('no broker: cluster info', 106),
  ask('no broker: all topics', 206),
  ask('no broker: system topics', 304),
  ask('no order topics', 219, { namespace: 'ORDER_TOPIC_CONFIG' }),

  register('slave before its master', 'slave-a', SLAVE_A, plainBody(1, A_TOPICS)),
  register('first master', 'master-a', MASTER_A, plainBody(1, A_TOPICS)),
  register('slave learns of its master', 'slave-a', SLAVE_A, plainBody(1, A_TOPICS)),
  register('second slave, which knows nothing yet', 'slave-a2', SECOND_SLAVE_A, plainBody(0, NO_TOPICS)),
  register('checksum of other bytes', 'master-b', MASTER_B, plainBody(5, B_TOPICS), { badCrc: true }),
  ask('cluster info, after the refusal', 106),
  register('second master, compressed', 'master-b', MASTER_B, compressedBody(5, B_TOPICS), { compressed: true }),
  register('master of a second cluster, before 3.0.11', 'master-c', MASTER_C, Buffer.from(JSON.stringify(wrapper(2, ['second-cluster 16 16 7', 'host-7.example.org 1 1 7', 'OnlyC 3 5 4']))), { version: 36 }),
  register('slave of the second cluster, empty body', 'slave-c', SLAVE_C, undefined),
  ...lists('three masters'),
  route('TopicTest'),
  route('%RETRY%group'),
  route('OnlyC'),
  route('__proto__'),
  route('constructor'),
  route('TBW102'),
  route('NoSuchTopic'),

  ask('data version, unknown broker', 322, { ...keyFields(MASTER_A), brokerAddr: '10.9.9.9:10911' }, Buffer.from('{"counter":1,"timestamp":1700000000001}')),
  ask('data version, same', 322, keyFields(MASTER_A), Buffer.from('{"counter":1,"timestamp":1700000000001}')),
  ask('data version, other', 322, keyFields(MASTER_A), Buffer.from('{"counter":2,"timestamp":1700000000002}')),

  ask('wipe', 205, { brokerName: 'broker-a' }),
  route('TopicTest', ' after the wipe'),
  register('same version again', 'master-a', MASTER_A, plainBody(1, A_TOPICS)),
  route('TopicTest', ' still wiped'),
  register('new version with filter servers', 'master-a', MASTER_A, plainBody(2, [...A_TOPICS.filter((text) => !text.startsWith('TopicTest')), 'TopicTest 6 6 6', 'Fresh 1 1 6'], ['10.0.0.1:40911', '10.0.0.1:40912'])),
  route('TopicTest', ' after a new version'),
  route('Fresh'),
  ask('wipe nobody', 205, { brokerName: 'nobody' }),

  ask('delete a topic', 216, { topic: 'Fresh' }),
  route('Fresh', ' after its deletion'),

  ask('put', 100, { namespace: 'ns', key: 'k', value: 'v' }),
  ask('put another', 100, { namespace: 'ns', key: '__proto__', value: '"quoted" \\ ü 中' }),
  ask('put a third', 100, { namespace: 'ns', key: 'longer key with blanks', value: '' }),
  ask('get', 101, { namespace: 'ns', key: '__proto__' }),
  ask('get nothing', 101, { namespace: 'ns', key: 'absent' }),
  ask('get from nowhere', 101, { namespace: 'absent', key: 'k' }),
  ask('list', 219, { namespace: 'ns' }),
  ask('list nowhere', 219, { namespace: 'absent' }),
  ask('delete', 102, { namespace: 'ns', key: 'k' }),
  ask('delete nothing', 102, { namespace: 'absent', key: 'k' }),
  ask('list after the deletion', 219, { namespace: 'ns' }),
  ask('order topic', 100, { namespace: 'ORDER_TOPIC_CONFIG', key: 'TopicTest', value: 'broker-a:4;broker-b:4' }),
  route('TopicTest', ' without order messages'),
  register('a broker is told the order topics', 'master-b', MASTER_B, compressedBody(5, B_TOPICS), { compressed: true }),
  ask('enable order messages', 318, undefined, Buffer.from('orderMessageEnable=true\n')),
  route('TopicTest', ' with order messages'),

  { name: 'the master of the second cluster is gone', closes: 'master-c' },
  route('OnlyC', ' with a slave only'),
  register('a slave becomes master', 'slave-c', { ...SLAVE_C, id: 0 }, plainBody(9, ['OnlyC 3 5 4'])),
  ask('cluster info, after the change of roles', 106),
  { name: 'unregister', connection: 'master-b', code: 104, extFields: keyFields(MASTER_B) },
  ...lists('after broker-b left'),
  route('TopicTest', ' after broker-b left'),
  route('constructor', ' after broker-b left'),
  { name: 'the master of broker-a is gone', closes: 'master-a' },
  route('TopicTest', ' with a slave only'),
  register('slave without its master', 'slave-a', SLAVE_A, plainBody(2, A_TOPICS)),
  ask('cluster info, with slaves only', 106),
  { name: 'unregister a slave', connection: 'slave-a2', code: 104, extFields: keyFields(SECOND_SLAVE_A) },
  route('TopicTest', ' with one slave'),
  { name: 'the slave of broker-a is gone', closes: 'slave-a' },
  route('TopicTest', ' with nobody'),
  ...lists('one broker left'),
  register('an empty table of topics', 'master-d', { cluster: 'DefaultCluster', name: 'broker-d', id: 0, addr: '10.0.0.9:10911' }, plainBody(1, NO_TOPICS)),
  ask('cluster info, with broker-d', 106),
];
