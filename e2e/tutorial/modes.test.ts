/**
 * The cluster tutorial for 4.6.0, typed line by line: each of its four modes by itself, then all eleven brokers side by
 * side under one name server. Java's mqadmin and Java's quickstart go along where there is a JDK.
 *
 * One mode at a time matters: a topic that a first send creates goes to every broker registered at the name server, so
 * only then the thousand messages are known to be that cluster's.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { javaAvailable } from '@rocketmq-ts/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normaliseClusterList } from '../interop/harness/normalise.ts';
import { mqadmin, stopMqadmin } from '../interop/harness/java-clients.ts';
import type { JavaClientPlace } from '../interop/harness/java-clients.ts';
import { expectedRows, HEADING, MODES, rowsOf } from './harness/expected.ts';
import type { ExpectedBroker, ExpectedMode } from './harness/expected.ts';
import { memoryOf } from './harness/memory.ts';
import { COUNT, javaQuickstart, logEndIn } from './harness/quickstart.ts';
import { NAMESRV_ADDR, takenPorts, Typist } from './harness/typist.ts';

const PRODUCER = 'org.apache.rocketmq.example.quickstart.Producer';
const CATCH_UP_MS = 5_000;
const RESIDENT_MAX_MIB = 1024;

const taken = await takenPorts();
const java = javaAvailable();
const title = taken.length === 0 ? 'the tutorial' : `the tutorial (skipped: somebody else has port ${taken.join(', ')})`;
const withJava = java.available ? '' : ` (skipped: ${java.reason})`;

let typist: Typist;
let place: JavaClientPlace;

describe.skipIf(taken.length > 0)(title, () => {
  beforeAll(async () => {
    typist = new Typist();
    place = { home: typist.installation.home, namesrvAddr: NAMESRV_ADDR };
    await typist.typeNohup('nohup sh bin/mqnamesrv &');
  });
  afterAll(async () => {
    await stopMqadmin(place);
    await typist[Symbol.asyncDispose]();
  });

  describe.each(MODES)('$clusterName', (mode) => {
    const masters = mode.brokers.filter(({ brokerId }) => brokerId === 0);
    const slaves = mode.brokers.filter(({ brokerId }) => brokerId > 0);

    it('starts, and clusterList shows its table', async () => {
      // Tutorials let people make all of these beforehand, though checkpoint and abort are files.
      const folders = mode.brokers.flatMap(({ folder }) => ['commitlog', 'consumequeue', 'index', 'checkpoint', 'abort'].map((name) => `"$ROCKETMQ_DATA/${folder}/store/${name}"`));
      expect(await typist.type(`mkdir -p ${folders.join(' ')}`)).toEqual({ code: 0, output: '' });
      await startMode(mode);
      await expectTable([mode]);
    });

    it('takes the quickstart of the tutorial', async () => {
      const sent = await typist.type(`export NAMESRV_ADDR=localhost:9876; sh bin/tools.sh ${PRODUCER}`);
      expect(sent.code, sent.output).toBe(0);
      expect(sent.output.match(/sendStatus=SEND_OK/g)).toHaveLength(COUNT);
      await expectCaughtUp(mode, async (port) => (await typist.type(`sh bin/mqadmin brokerStatus -b 127.0.0.1:${port} -n localhost:9876`)).output);
    });

    it.skipIf(!java.available)(`works with Java's mqadmin and Java's quickstart${withJava}`, async () => {
      await expectSameTableInJava();
      const { sentTo } = await javaQuickstart(place);
      expect([...sentTo.keys()].sort()).toEqual(masters.map(({ brokerName }) => brokerName));
      await expectCaughtUp(mode, (port) => mqadmin(place, 'brokerStatus', '-b', `127.0.0.1:${port}`));
    });

    it('mqshutdown broker names every process, and each ends in order', async () => {
      await expectShutdown('broker', /mqbroker/);
      expect(rowsOf((await typist.type('sh bin/mqadmin clusterList -n localhost:9876')).output)).toEqual([]);
    });

    if (slaves.length === 0) return;
    it("the slaves' logs are their masters', byte by byte", () => {
      for (const slave of slaves) {
        const [own, masters] = [slave, masterOf(mode, slave.port)].map(firstLogFile);
        const end = endOfRecords(own ?? '');
        expect(end).toBe(endOfRecords(masters ?? ''));
        expect(end, 'the messages of the quickstart').toBeGreaterThan((COUNT * 100) / mode.brokers.length);
        expect(bytesOf(own ?? '', end).equals(bytesOf(masters ?? '', end)), slave.configFile).toBe(true);
      }
    });
  });

  describe('all eleven side by side', () => {
    it('the table grows by each mode', async () => {
      for (const [index, mode] of MODES.entries()) {
        await startMode(mode);
        await expectTable(MODES.slice(0, index + 1));
      }
    });

    it.skipIf(!java.available)(`Java's mqadmin sees the same, and Java's quickstart uses every cluster${withJava}`, async () => {
      await expectSameTableInJava();
      const { sentTo } = await javaQuickstart(place);
      const masters = MODES.flatMap(({ brokers }) => brokers.filter(({ brokerId }) => brokerId === 0).map(({ brokerName }) => brokerName));
      expect([...sentTo.keys()].sort()).toEqual(masters.sort());
    });

    it.runIf(process.platform === 'linux')(`take no more than ${RESIDENT_MAX_MIB} MiB`, () => {
      const pids = typist.running(/mqbroker/).map(({ pid }) => pid);
      expect(pids).toHaveLength(11);
      const memory = memoryOf(pids);
      console.log(`eleven brokers after the quickstart: ${memory?.resident} MiB resident, ${memory?.proportional} MiB with shared pages counted once`);
      expect(memory?.resident).toBeLessThan(RESIDENT_MAX_MIB);
    });

    it('mqshutdown stops the eleven brokers, then the name server, and nothing is left', async () => {
      await expectShutdown('broker', /mqbroker/);
      await expectShutdown('namesrv', /mqnamesrv/);
      expect(await typist.type('sh bin/mqshutdown broker')).toEqual({ code: 1, output: 'No mqbroker running.\n' });
      expect(await typist.type('sh bin/mqshutdown namesrv')).toEqual({ code: 1, output: 'No mqnamesrv running.\n' });
      expect(await takenPorts()).toEqual([]);
    });
  });
});

async function startMode(mode: ExpectedMode): Promise<void> {
  for (const { configFile } of mode.brokers) await typist.typeNohup(`nohup sh bin/mqbroker -c ${configFile} &`);
}

async function expectTable(modes: readonly ExpectedMode[]): Promise<void> {
  const table = await typist.type('sh bin/mqadmin clusterList -n localhost:9876');
  expect(table.code, table.output).toBe(0);
  expect(table.output.split('\n')[0]).toBe(HEADING);
  expect(rowsOf(table.output)).toEqual(expectedRows(modes));
}

/** Each slave's log ends where its master's does, soon after the last send. */
async function expectCaughtUp(mode: ExpectedMode, brokerStatus: (port: number) => Promise<string>): Promise<void> {
  for (const slave of mode.brokers.filter(({ brokerId }) => brokerId > 0)) {
    const end = logEndIn(await brokerStatus(masterOf(mode, slave.port).port));
    await expect.poll(async () => logEndIn(await brokerStatus(slave.port)), { timeout: CATCH_UP_MS }).toBe(end);
  }
}

async function expectSameTableInJava(): Promise<void> {
  const lines = (text: string): string[] => normaliseClusterList(text).split('\n').sort();
  const ours = await typist.type('sh bin/mqadmin clusterList -n localhost:9876');
  expect(lines(await mqadmin(place, 'clusterList'))).toEqual(lines(ours.output));
}

async function expectShutdown(word: 'broker' | 'namesrv', started: RegExp): Promise<void> {
  const programs = typist.running(started);
  const pids = programs.map(({ pid }) => pid).sort((a, b) => a - b);
  expect(await typist.type(`sh bin/mqshutdown ${word}`)).toEqual({
    code: 0,
    output: `The mq${word}(${pids.join(' ')}) is running...\nSend shutdown request to mq${word}(${pids.join(' ')}) OK\n`,
  });
  for (const program of programs) expect(await program.waitForExit(20_000), program.tail()).toBe(0);
}

function masterOf(mode: ExpectedMode, port: number): ExpectedBroker {
  const broker = mode.brokers.find((each) => each.port === port);
  const master = mode.brokers.find(({ brokerName, brokerId }) => brokerName === broker?.brokerName && brokerId === 0);
  if (master === undefined) throw new Error(`no master for ${port}`);
  return master;
}

function firstLogFile({ folder }: ExpectedBroker): string {
  return join(typist.dataFolder, folder, 'store', 'commitlog', '0'.repeat(20));
}

/** Records begin with their size; behind the last one there are zeros. */
function endOfRecords(file: string): number {
  const handle = openSync(file, 'r');
  try {
    const size = Buffer.alloc(4);
    for (let end = 0; ; end += size.readInt32BE(0)) if (readSync(handle, size, 0, 4, end) < 4 || size.readInt32BE(0) === 0) return end;
  } finally {
    closeSync(handle);
  }
}

function bytesOf(file: string, length: number): Buffer {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(handle, bytes, 0, length, 0));
  } finally {
    closeSync(handle);
  }
}
