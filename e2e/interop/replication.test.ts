/**
 * The HA protocol between real brokers: ours follows Java's, Java's follows ours, ours follows ours. One story for each
 * pair, told in order: a master alone, an empty slave, file boundaries, a slave that hangs, one that was away, one
 * that has lost everything, a master that was away, one that has moved. After each chapter the slave serves what the
 * master does, and its log is a prefix of the master's, byte for byte. The stories are told side by side, for they
 * mostly wait for Java's clocks.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  Code,
  allConsumerOffsets,
  allDelayOffsets,
  commitOffset,
  createGroup,
  createTopic,
  delayOffsetsIn,
  groupRetries,
  logEnd,
  minQueueOffset,
  readQueue,
  sendMessage,
  topicNames,
} from './harness/broker-questions.ts';
import type { SendAnswer, SendOptions } from './harness/broker-questions.ts';
import { differences } from './harness/log-files.ts';
import { HOUSEKEEPING_MS, LOG_FILE_BYTES, ROLES, ReplicaPair } from './harness/replica-pair.ts';
import type { Side } from './harness/replica-pair.ts';
import { MAKER, describeInterop } from './harness/servers.ts';
import type { Maker } from './harness/servers.ts';
import { until } from './harness/until.ts';

const PAIRS: ReadonlyArray<readonly [master: Maker, slave: Maker]> =
  MAKER === 'java' ? [['java', 'java']] : [['ours', 'ours'], ['ours', 'java'], ['java', 'ours']];
const TOPIC = 'PairTopic';
const QUEUES = 4;
const GROUP = 'pair_group';
const COMMITTED = 3;
const BODY_BYTES = 4_096;
/** A little more than one file of the log. */
const ONE_FILE = Math.ceil((LOG_FILE_BYTES * 1.1) / BODY_BYTES);
const IN_FLIGHT = 32;
/** First copies after 3 s, the next 10 s later. */
const COPY_MS = 20_000;
const CATCH_UP_MS = 20_000;

const DELAY_OFFSETS = { offsetTable: { 1: 7, 2: 3 } };

function leaveDelayOffsets(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'delayOffset.json'), JSON.stringify(DELAY_OFFSETS));
}

for (const [master, slave] of PAIRS) {
  describeInterop(`replication: master ${master}, slave ${slave}`, () => {
    let pair: ReplicaPair;
    let sent = 0;
    /** Until the roles are changed by hand. */
    let leader: Side = 'master';
    let follower: Side = 'slave';

    beforeAll(async () => {
      pair = await ReplicaPair.create({ purpose: `replication-${master}-${slave}`, makers: { master, slave }, config: { messageDelayLevel: '1s 5s' } });
      // Ours delivers no delayed messages yet; what another broker has left in the store is passed on all the same.
      if (master === 'ours') leaveDelayOffsets(join(pair.home, 'master/store/config'));
      await pair.start('master');
    });

    afterAll(async () => {
      await pair?.[Symbol.asyncDispose]();
    });

    async function send(count: number, options: SendOptions & { readonly bodyBytes?: number } = {}): Promise<SendAnswer[]> {
      const wire = await pair.ask(leader);
      const answers: SendAnswer[] = [];
      for (let done = 0; done < count; done += IN_FLIGHT) {
        const numbers = Array.from({ length: Math.min(IN_FLIGHT, count - done) }, () => (sent += 1));
        answers.push(...(await Promise.all(numbers.map((number) => sendMessage(wire, TOPIC, `m-${number}:`.padEnd(options.bodyBytes ?? BODY_BYTES, 'x'), { queueId: number % QUEUES, ...options })))));
      }
      return answers;
    }

    const codesOf = (answers: readonly SendAnswer[]): number[] => [...new Set(answers.map((answer) => answer.code))];

    /** Waits until the slave has all of the master's log, then compares messages and bytes. */
    async function expectSame(): Promise<void> {
      const [one, other] = [await pair.ask(leader), await pair.ask(follower)];
      const end = await logEnd(one);
      await until(`the slave's log ends at ${end}`, async () => {
        const reached = await logEnd(other);
        return reached === end ? true : `${reached}`;
      }, CATCH_UP_MS);
      // One that began empty behind Java's master, or ahead of it now, does not have the oldest files.
      const begin = Math.max(pair.files(leader).fileStarts[0] ?? 0, pair.files(follower).fileStarts[0] ?? 0);
      expect(differences(pair.files(follower), pair.files(leader), begin, end).filter((difference) => !difference.isBehindBlank)).toEqual([]);
      for (let queueId = 0; queueId < QUEUES; queueId += 1) {
        const wanted = (await readQueue(one, TOPIC, queueId, await minQueueOffset(one, TOPIC, queueId))).filter(({ physicalOffset }) => physicalOffset >= begin);
        const first = wanted[0]?.queueOffset ?? 0;
        await until(`queue ${queueId} at the slave`, async () => {
          const served = await readQueue(other, TOPIC, queueId, first);
          return served.length === wanted.length ? true : `${served.length} of ${wanted.length}`;
        }, CATCH_UP_MS);
        expect(await readQueue(other, TOPIC, queueId, first)).toEqual(wanted);
      }
    }

    it.sequential('a master without its slave says SLAVE_NOT_AVAILABLE, and the messages are there', async () => {
      const wire = await pair.ask('master');
      await createTopic(wire, TOPIC, QUEUES);
      await createGroup(wire, GROUP, 7);
      // An empty slave of Java's begins with the master's last file: the first one must not be full yet. Ours takes all.
      const count = slave === 'java' ? 2 * QUEUES : ONE_FILE;
      expect(codesOf(await send(count))).toEqual([Code.SLAVE_NOT_AVAILABLE]);
      expect(codesOf(await send(QUEUES, { wait: false })), 'WAIT=false does not ask for a slave').toEqual([Code.SUCCESS]);
      for (let queueId = 0; queueId < QUEUES; queueId += 1) await commitOffset(wire, GROUP, TOPIC, queueId, COMMITTED - (queueId % 2));
      if (master === 'java') {
        await sendMessage(wire, TOPIC, 'delayed', { delayLevel: 1 });
        await until('the delayed message has been delivered', async () => ((await allDelayOffsets(wire)).get(1) === 1 ? true : 'not yet'), COPY_MS);
      }
      expect((await readQueue(wire, TOPIC, 1)).length).toBeGreaterThanOrEqual(2);
    });

    it.sequential('an empty slave gets the whole log, then SEND_OK means that it has the message', async () => {
      await pair.start('slave');
      await pair.replicating();
      expect(codesOf(await send(QUEUES))).toEqual([Code.SUCCESS]);
      await topicAtSlave();
      await expectSame();
    });

    it.sequential('topics, groups, consumer offsets and delay offsets are copied', async () => {
      const [one, other] = [await pair.ask('master'), await pair.ask('slave')];
      await until('the group at the slave', async () => ((await groupRetries(other)).get(GROUP) === 7 ? true : 'absent'), COPY_MS);
      await until('the offsets at the slave', async () => ((await allConsumerOffsets(other)).has(`${TOPIC}@${GROUP}`) ? true : 'absent'), COPY_MS);
      expect((await allConsumerOffsets(other)).get(`${TOPIC}@${GROUP}`)).toEqual(new Map([[0, 3], [1, 2], [2, 3], [3, 2]]));
      expect(await topicNames(other)).toEqual(expect.arrayContaining(await topicNames(one)));
      const delayFile = join(pair.home, 'slave/store/config/delayOffset.json');
      await until('the delay offsets at the slave', () => (existsSync(delayFile) ? true : 'absent'), COPY_MS);
      const delays = delayOffsetsIn(readFileSync(delayFile, 'utf8'));
      expect(delays).toEqual(await allDelayOffsets(one));
      expect(delays.get(1)).toBe(master === 'ours' ? DELAY_OFFSETS.offsetTable[1] : 1);
    });

    it.sequential('goes on across the end of a file', async () => {
      expect(codesOf(await send(2 * ONE_FILE))).toEqual([Code.SUCCESS]);
      expect(codesOf(await send(QUEUES, { bodyBytes: 60_000 })), 'more than fits into a frame').toEqual([Code.SUCCESS]);
      expect(pair.files('slave').fileStarts.length).toBeGreaterThanOrEqual(3);
      await expectSame();
    });

    it.sequential('a slave takes no messages', async () => {
      const { code, remark } = await sendMessage(await pair.ask('slave'), TOPIC, 'not here');
      expect(code).toBe(Code.SERVICE_NOT_AVAILABLE);
      expect(remark).toContain(slave === 'java' ? 'service not available now' : 'this broker is a slave');
    });

    it.sequential('a connection with nothing to send is kept by both ends', async () => {
      const before = pair.haConnections('master');
      expect(before.length).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, HOUSEKEEPING_MS + 1_000)); // Nothing happens: that is the point.
      expect(pair.haConnections('master')).toEqual(before);
    });

    it.sequential('a slave that hangs: FLUSH_SLAVE_TIMEOUT, stored all the same; WAIT=false passes', async () => {
      await pair.suspend('slave');
      try {
        expect(codesOf(await send(QUEUES))).toEqual([Code.FLUSH_SLAVE_TIMEOUT]);
        const startedAt = performance.now();
        expect(codesOf(await send(QUEUES, { wait: false }))).toEqual([Code.SUCCESS]);
        expect(performance.now() - startedAt).toBeLessThan(500);
      } finally {
        pair.goOn('slave');
      }
      await pair.replicating();
      await expectSame();
    });

    it.sequential('a slave that was killed catches up when it is back', async () => {
      await pair.kill('slave');
      await until('the master has noticed', async () => ((await send(1))[0]?.code === Code.SLAVE_NOT_AVAILABLE ? true : 'waits for it'), CATCH_UP_MS);
      expect(codesOf(await send(ONE_FILE))).toEqual([Code.SLAVE_NOT_AVAILABLE]);
      await pair.start('slave');
      await pair.replicating();
      await expectSame();
    });

    it.sequential('a slave that has lost its store gets what its kind asks for: ours everything, Java’s the last file', async () => {
      await pair.kill('slave');
      pair.empty('slave');
      const end = await logEnd(await pair.ask('master'));
      await pair.start('slave');
      await pair.replicating();
      expect(pair.files('slave').fileStarts[0]).toBe(slave === 'java' ? end - (end % LOG_FILE_BYTES) : 0);
      await topicAtSlave();
      await expectSame();
    });

    it.sequential('a master that was killed finds its slave again', async () => {
      await pair.kill('master');
      await pair.start('master');
      await pair.replicating();
      expect(codesOf(await send(ONE_FILE))).toEqual([Code.SUCCESS]);
      await expectSame();
    });

    it.sequential('a master at another address is found through the name servers', async () => {
      await pair.broker('master').program.stop();
      await pair.move('master');
      await pair.start('master');
      await pair.replicating();
      expect(codesOf(await send(QUEUES))).toEqual([Code.SUCCESS]);
      await expectSame();
    });

    it.sequential('at rest the files are the same to the last byte', async () => {
      await pair.broker('master').program.stop();
      await pair.broker('slave').program.stop();
      const end = pair.files('slave').end;
      expect(pair.files('master').end).toBe(end);
      expect(differences(pair.files('slave'), pair.files('master'), 0, end)).toEqual([]);
    });

    it.sequential('roles changed by hand: the former slave leads, the former master follows', async () => {
      [leader, follower] = ['slave', 'master'];
      await pair.start(leader, ROLES.master);
      await pair.start(follower, ROLES.slave);
      await pair.replicating(leader);
      expect(codesOf(await send(ONE_FILE))).toEqual([Code.SUCCESS]);
      await expectSame();
    });

    if (master === 'ours') {
      it.sequential('a slave of ours whose log has gone another way follows nobody, and says what to do', async () => {
        await pair.broker(leader).program.stop();
        await pair.broker(follower).program.stop();
        await pair.start(follower, ROLES.master);
        const alone = await sendMessage(await pair.ask(follower), TOPIC, 'only here');
        expect(alone.code).toBe(Code.SLAVE_NOT_AVAILABLE);
        await pair.broker(follower).program.stop();
        await pair.start(leader, ROLES.master);
        expect(codesOf(await send(QUEUES))).toEqual([Code.SLAVE_NOT_AVAILABLE]);
        const end = pair.files(follower).end;
        await pair.start(follower, ROLES.slave);
        const log = join(pair.home, follower, 'logs/rocketmqlogs/broker.log');
        await until('the line in its log', () => (/diverge|differ/.test(readFileSync(log, 'utf8')) ? true : readFileSync(log, 'utf8').slice(-500)), CATCH_UP_MS);
        expect(pair.files(follower).end, 'nothing is cut off').toBe(end);
        expect(codesOf(await send(QUEUES)), 'nor does anybody believe that it has the message').not.toContain(Code.SUCCESS);
        await pair.kill(follower);
        pair.empty(follower);
        await pair.start(follower, ROLES.slave);
        await pair.replicating(leader);
        await topicAtSlave();
        await expectSame();
      });
    }

    /** A slave serves a topic only when it has copied its configuration. */
    async function topicAtSlave(): Promise<void> {
      await until(`${TOPIC} at the slave`, async () => ((await topicNames(await pair.ask(follower))).includes(TOPIC) ? true : 'absent'), COPY_MS);
    }
  }, { concurrent: true });
}
