/** Java's own quickstart against whatever is registered at the tutorial's name server. */
import { expect } from 'vitest';
import type { JavaClientPlace } from '../../interop/harness/java-clients.ts';
import { startClient } from '../../interop/harness/java-clients.ts';

export const COUNT = 1000;
const CLIENT_TIMEOUT_MS = 60_000;

export interface QuickstartResult {
  /** Messages each broker name took. */
  readonly sentTo: ReadonlyMap<string, number>;
}

/** 1000 messages out by Java's Producer, each SEND_OK; the same 1000 back by Java's Consumer. */
export async function javaQuickstart(place: JavaClientPlace): Promise<QuickstartResult> {
  const producer = startClient(place, 'org.apache.rocketmq.example.quickstart.Producer');
  expect(await producer.waitForExit(CLIENT_TIMEOUT_MS), producer.tail()).toBe(0);
  const sent = [...producer.output.matchAll(/^SendResult \[sendStatus=(\w+), msgId=[0-9A-F]{32}, offsetMsgId=([0-9A-F]{32}), messageQueue=MessageQueue \[topic=TopicTest, brokerName=([^,]+),/gm)];
  expect(sent.length, producer.tail()).toBe(COUNT);
  expect(countsOf(sent.map(([, status = '']) => status))).toEqual(new Map([['SEND_OK', COUNT]]));

  const consumer = startClient(place, 'org.apache.rocketmq.example.quickstart.Consumer');
  try {
    const missing = new Set(sent.map(([, , id = '']) => id));
    let seen = 0;
    await consumer.waitUntil(
      (output) => {
        for (const [line, id = ''] of output.slice(seen).matchAll(/Receive New Messages: \[MessageExt \[.*?msgId=([0-9A-F]{32}),.*\n/g)) {
          missing.delete(id);
          seen = output.indexOf(line, seen) + line.length;
        }
        return missing.size === 0 ? true : undefined;
      },
      CLIENT_TIMEOUT_MS,
      `the ${COUNT} messages that were sent`,
    );
  } finally {
    consumer.kill();
    await consumer.stop();
  }
  return { sentTo: countsOf(sent.map(([, , , brokerName = '']) => brokerName)) };
}

/** Where a broker's log ends, out of what `mqadmin brokerStatus` prints, Java's and ours alike. */
export function logEndIn(brokerStatus: string): number {
  const end = /^commitLogMaxOffset\s*:\s*(\d+)/m.exec(brokerStatus)?.[1];
  if (end === undefined) throw new Error(`no commitLogMaxOffset in\n${brokerStatus}`);
  return Number(end);
}

function countsOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
