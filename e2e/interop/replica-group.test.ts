/**
 * One living broker for each name and id, and one cluster for each name, also where Java takes part: a broker of ours
 * looks before it starts, whatever name server it asks; our name server refuses what a broker of Java's does not ask.
 * Java itself has no such rule: the last one to register wins, and clients find half of their messages.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import type { ChildProgram } from '@rocketmq-ts/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokersAt } from './harness/broker-questions.ts';
import { MAKER, describeInterop, startBroker, startNamesrv } from './harness/servers.ts';
import type { Maker, RunningBroker, RunningNamesrv } from './harness/servers.ts';
import { WireClient } from './harness/wire.ts';

const SLAVE = { brokerRole: 'SLAVE', brokerId: 1 };

/** Java's servers have no such rule. */
const describeOurs = MAKER === 'java' ? describe.skip : describeInterop;

describeOurs('replica groups in mixed clusters', () => {
  const folder = makeTempFolder('replica-group');
  const programs: ChildProgram[] = [];
  const namesrvs = new Map<Maker, RunningNamesrv>();
  let javas: RunningBroker;
  let ours: RunningBroker;

  beforeAll(async () => {
    for (const maker of ['java', 'ours'] as const) {
      const namesrv = await startNamesrv(maker, join(folder.path, `namesrv-${maker}`));
      programs.push(namesrv.program);
      namesrvs.set(maker, namesrv);
    }
    javas = await start('java', 'name-of-java', addressOf('java', 'ours'));
    ours = await start('ours', 'name-of-ours', addressOf('java', 'ours'));
  });

  afterAll(async () => {
    for (const program of programs) program.kill();
    for (const program of programs) await program.stop();
    folder.remove();
  });

  const addressOf = (...makers: readonly Maker[]): string => makers.map((maker) => namesrvs.get(maker)?.address ?? '').join(';');

  async function start(maker: Maker, brokerName: string, namesrvAddr: string, config: Readonly<Record<string, string | number>> = {}): Promise<RunningBroker> {
    const broker = await startBroker(maker, { namesrvAddr, home: join(folder.path, `${brokerName}-${programs.length}`), brokerName, config });
    programs.push(broker.program);
    return broker;
  }

  async function addressesAt(maker: Maker, brokerName: string): Promise<ReadonlyMap<number, string>> {
    using wire = await WireClient.connect(addressOf(maker));
    return (await brokersAt(wire)).get(brokerName) ?? new Map();
  }

  for (const namesrv of ['java', 'ours'] as const) {
    it(`ours does not start under the name and id of a living Java broker that name server ${namesrv} knows`, async () => {
      await expect(start('ours', 'name-of-java', addressOf(namesrv))).rejects.toThrow(
        new RegExp(`ended with 1 [^]*broker name name-of-java with brokerId 0 is in use by ${javas.address}[^]*--takeover`),
      );
      expect(await addressesAt(namesrv, 'name-of-java')).toEqual(new Map([[0, javas.address]]));
    });
  }

  it('nor as a slave of it that says another cluster', async () => {
    await expect(start('ours', 'name-of-java', addressOf('java'), { ...SLAVE, brokerClusterName: 'OtherCluster' })).rejects.toThrow(
      new RegExp(`ended with 1 [^]*broker name name-of-java belongs to the cluster DefaultCluster, where ${javas.address} is alive`),
    );
  });

  it('a Java broker that wants our name is refused by our name server, and ours stays', async () => {
    // It goes on without being registered; its boot line comes when the name servers have answered.
    const intruder = await start('java', 'name-of-ours', addressOf('ours'));
    expect(readFileSync(join(intruder.storeRoot, '../logs/broker.log'), 'utf8')).toContain(`name-of-ours with brokerId 0 is alive at ${ours.address}`);
    expect(await addressesAt('ours', 'name-of-ours')).toEqual(new Map([[0, ours.address]]));
  });
});
