/** Mixed clusters: a Java broker with our name server, our broker with a Java one; found, used, and gone when gone. */
import { join } from 'node:path';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import type { ChildProgram } from '@rocketmq-ts/testkit';
import { expect, it } from 'vitest';
import { mqadmin, readTopic, send, stopMqadmin } from './harness/java-clients.ts';
import { MAKER, describeInterop, startBroker, startNamesrv } from './harness/servers.ts';
import type { Maker, RunningBroker } from './harness/servers.ts';

const other: Maker = MAKER === 'java' ? 'java' : 'ours';
const PAIRS: ReadonlyArray<readonly [namesrv: Maker, broker: Maker]> = [[other, 'java'], ['java', other]];
const CHANGE_TIMEOUT_MS = 30_000;

interface Place {
  readonly home: string;
  readonly namesrvAddr: string;
}

describeInterop('mixed clusters', () => {
  for (const [namesrvMaker, brokerMaker] of PAIRS) {
    for (const config of [{}, { compressedRegister: true, forceRegister: false }]) {
      it(`broker ${brokerMaker} at name server ${namesrvMaker} ${JSON.stringify(config)}`, async () => {
        using folder = makeTempFolder('registration');
        const programs: ChildProgram[] = [];
        const start = async (brokerName: string): Promise<RunningBroker> => {
          const broker = await startBroker(brokerMaker, { namesrvAddr: namesrv.address, home: join(folder.path, brokerName), brokerName, config });
          programs.push(broker.program);
          return broker;
        };
        const namesrv = await startNamesrv(namesrvMaker, join(folder.path, 'namesrv'));
        programs.push(namesrv.program);
        const place = { home: folder.path, namesrvAddr: namesrv.address };
        try {
          const first = await start('broker-a');
          const second = await start('broker-b');
          for (const [name, { address }] of [['broker-a', first], ['broker-b', second]] as const) {
            await clusterWith(place, new RegExp(`^DefaultCluster +${name} +0 +${address} +V4_6_0 `, 'm'));
          }
          await mqadmin(place, 'updateTopic', '-c', 'DefaultCluster', '-t', 'MixedTopic', '-r', '4', '-w', '4');
          const sent = await send(place, 'MixedTopic', 40, 'sync', 'mixed');
          expect(new Set(sent.map((one) => one.status))).toEqual(new Set(['SEND_OK']));
          expect(new Set(sent.map((one) => one.offsetMsgId.slice(8, 16))).size, 'both brokers take part').toBe(2);
          expect((await readTopic(place, 'MixedTopic')).map((one) => one.body).sort()).toEqual(sent.map((one) => one.body).sort());

          // A clean stop unregisters; a killed broker is dropped when its connection closes, not after 120 s.
          await second.program.stop();
          expect(await clusterWithout(place, 'broker-b')).toContain('broker-a');
          first.program.kill();
          expect(await clusterWithout(place, 'broker-a')).not.toContain('broker-b');
          expect(await mqadmin(place, 'topicRoute', '-t', 'MixedTopic')).toContain('No topic route info in name server for the topic: MixedTopic');
        } finally {
          await stopMqadmin(place);
          for (const program of programs.reverse()) await program.stop();
        }
      });
    }
  }
});

/** In its first second a Java broker cannot say its figures (no sample yet), and clusterList leaves the version out. */
async function clusterWith(place: Place, line: RegExp): Promise<void> {
  await clusterListUntil(place, (text) => line.test(text), String(line));
}

async function clusterWithout(place: Place, brokerName: string): Promise<string> {
  return await clusterListUntil(place, (text) => !text.includes(brokerName), `a list without ${brokerName}`);
}

async function clusterListUntil(place: Place, accept: (text: string) => boolean, what: string): Promise<string> {
  const deadline = performance.now() + CHANGE_TIMEOUT_MS;
  for (;;) {
    const text = await mqadmin(place, 'clusterList');
    if (accept(text)) return text;
    if (performance.now() > deadline) throw new Error(`not seen: ${what}\n${text}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
