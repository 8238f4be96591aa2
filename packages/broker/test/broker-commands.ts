import { decodeRecords, type RemotingCommand, RequestCode, responseCodeName } from '@rocketmq-ts/remoting-protocol';

import type { BrokerWorld } from './broker-world.ts';

/**
 * One line of a transcript → request → the answer as text.
 *
 *   > SEND_MESSAGE_V2 b=TopicTest e=0 i=TAGS:TagA; | the body
 *   SUCCESS
 *   msgId=… queueId=0 …
 *   (body)
 *
 * Send requests have defaults for the fields nobody varies. In values `:` and `;` stand for U+0001 and U+0002 when the
 * field is `i`, and `\_` for a blank. Other lines: `wait MS`, `restart`, `kill`.
 */
export async function runCommand(world: BrokerWorld, line: string): Promise<string> {
  const [head = '', body] = splitOnce(line, ' | ');
  const [name = '', ...words] = head.trim().split(' ');
  if (name === 'wait') return world.sim.runFor(Number(words[0])).then(() => '');
  if (name === 'kill') return world.killAndRestart().then(() => '');
  if (name === 'restart') {
    await world.stop();
    await world.start();
    return '';
  }
  const code = RequestCode[name as keyof typeof RequestCode] ?? Number(name);
  const fields: Record<string, string> = { ...(defaults.get(code) ?? {}) };
  for (const word of words.filter((each) => each !== '')) {
    const [key = '', value = ''] = splitOnce(word, '=');
    if (value === '-') delete fields[key];
    else fields[key] = (key === 'i' ? value.replaceAll(':', '\u0001').replaceAll(';', '\u0002') : value).replaceAll('\\_', ' ');
  }
  return withoutTimes(answerText(await world.ask(code, fields, body)));
}

/** Times depend on how many events came before; what matters is that there is one. */
function withoutTimes(text: string): string {
  return text.replaceAll(/\b1[67]\d{11}\b/g, 'TIME');
}

const SEND = { a: 'p', b: 'TopicTest', c: 'TBW102', d: '4', e: '0', f: '0', g: '1000', h: '0', i: '', j: '0', k: 'false', m: 'false' };

const defaults: ReadonlyMap<number, Record<string, string>> = new Map<number, Record<string, string>>([
  [RequestCode.SEND_MESSAGE_V2, SEND],
  [RequestCode.SEND_BATCH_MESSAGE, { ...SEND, m: 'true' }],
  [
    RequestCode.PULL_MESSAGE,
    {
      consumerGroup: 'g',
      topic: 'TopicTest',
      queueId: '0',
      queueOffset: '0',
      maxMsgNums: '32',
      sysFlag: '4',
      commitOffset: '0',
      suspendTimeoutMillis: '0',
      subscription: '*',
      subVersion: '0',
      expressionType: 'TAG',
    },
  ],
  [
    RequestCode.UPDATE_AND_CREATE_TOPIC,
    { topic: 'T', defaultTopic: 'TBW102', readQueueNums: '4', writeQueueNums: '4', perm: '6', topicFilterType: 'SINGLE_TAG', topicSysFlag: '0', order: 'false' },
  ],
]);

function answerText(answer: RemotingCommand): string {
  const lines = [`${responseCodeName(answer.code) ?? answer.code}${answer.remark === undefined ? '' : ` ${answer.remark.replaceAll('\n', '\\n')}`}`];
  if (answer.extFields !== undefined && answer.extFields.size > 0) {
    lines.push([...answer.extFields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`).join(' '));
  }
  if (answer.body !== undefined && answer.body.length > 0) lines.push(...bodyLines(answer.body));
  return lines.join('\n');
}

const RECORD_MAGIC = 0xdaa320a7;

function bodyLines(body: Buffer): string[] {
  if (body.length < 8 || body.readUInt32BE(4) !== RECORD_MAGIC) return [body.toString('utf8')];
  return decodeRecords(body).map((message) => {
    const properties = [...message.properties].map(([key, value]) => `${key}=${value}`).join(' ');
    return `[${message.topic} ${message.queueId}@${message.queueOffset} log ${message.commitLogOffset} sysFlag ${message.sysFlag}] ${message.body.toString()} {${properties}}`;
  });
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
