/** Things that happen to a pair: for stories, in which the promise holds, and for planted bugs, with which it does not. */
import type { Cluster } from './cluster.ts';

/** The slave is behind a slow line when the master's machine is lost: what is on its way never arrives. */
export async function masterIsLostBehindSlowLine(cluster: Cluster): Promise<void> {
  cluster.network.slow('master', 'slave', { delayMs: 120, bytesPerMs: 100 });
  await cluster.sim.runFor(2_000);
  cluster.lose('master');
}

/** c1 has been away when the master's machine is lost: what it has not read it can have from the slave only. */
export async function masterIsLostBeforeABacklog(cluster: Cluster): Promise<void> {
  cluster.kill('c1');
  await cluster.sim.runFor(2_000);
  cluster.lose('master');
  cluster.clients.get('c1')?.start();
}

/**
 * c1 has been away when the master's process dies; back, it reads from the slave and commits there, and is gone again
 * before the master is back: what the master knows of its offsets then, it has from the slave.
 */
export async function consumerGoesOnAtSlave(cluster: Cluster, whileAtSlave: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  const { sim, clients } = cluster;
  cluster.kill('c1');
  await sim.runFor(3_000);
  cluster.kill('master');
  for (const client of clients.values()) client.isSending = false;
  clients.get('c1')?.start();
  await sim.runFor(12_000);
  await whileAtSlave();
  cluster.kill('c1');
  cluster.start('master');
  await cluster.untilUp();
}

export async function consumerReturnsToMaster({ sim, clients }: Cluster): Promise<void> {
  clients.get('c1')?.start();
  for (const client of clients.values()) client.isSending = true;
  await sim.runFor(2_000);
}

/** Master and slave do not hear each other for so long. */
export async function partition({ network, sim }: Cluster, forMs: number, isOneWay = false): Promise<void> {
  network.cut('slave', 'master');
  if (!isOneWay) network.cut('master', 'slave');
  await sim.runFor(forMs);
  network.heal('slave', 'master');
  if (!isOneWay) network.heal('master', 'slave');
}
