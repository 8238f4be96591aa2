import { sleep } from './clients.ts';
import type { Cluster } from './cluster.ts';

/** More than any log of a simulation. */
const FORGED_OFFSET = 2n ** 40n;

/**
 * Somebody who can reach the master's HA port, says it is a slave, and acknowledges what it was never sent: 4.6.0
 * believes it.
 *
 * @returns how many of its connections the master has closed
 */
export async function forgeAcknowledgements(cluster: Cluster, forMs: number): Promise<number> {
  const { env } = cluster.sim.host('watch');
  const [host, port] = cluster.addressOf('master').split(':') as [string, string];
  const untilMs = cluster.sim.nowMs + forMs;
  let closedCount = 0;
  const intrude = async (): Promise<void> => {
    while (cluster.sim.nowMs < untilMs) {
      const conn = await env.net.connect({ host, port: Number(port) + 1, timeoutMs: 1_000 });
      conn.handler = { onData() {}, onDrain() {}, onClose: () => void closedCount++ };
      conn.write([reportOf(0n), reportOf(FORGED_OFFSET)]);
      await sleep(env, 200);
      conn.destroy();
    }
  };
  await cluster.sim.run(intrude(), forMs + 5_000);
  return closedCount;
}

function reportOf(offset: bigint): Buffer {
  const report = Buffer.alloc(8);
  report.writeBigInt64BE(offset);
  return report;
}
