// What the benchmarks in this folder have in common: a name server beside a folder of their own.
import { join } from 'node:path';
import { freeNamesrvPort, rocketmqTs } from '../contenders/installations.ts';
import { type Measurement, measureAndReport, type Place } from '../run/measurement.ts';

export interface Bench extends Place {
  readonly namesrvAddr: string;
}

export interface BenchmarkParts extends Omit<Measurement, 'measure'> {
  readonly measure: (bench: Bench) => Promise<void>;
}

export function runBenchmark({ measure, ...parts }: BenchmarkParts): Promise<void> {
  return measureAndReport({ ...parts, measure: (place) => withNameServer(place.folder, (namesrvAddr) => measure({ ...place, namesrvAddr })) });
}

async function withNameServer(folder: string, run: (namesrvAddr: string) => Promise<void>): Promise<void> {
  const port = await freeNamesrvPort();
  const program = await rocketmqTs.startNamesrv(join(folder, 'namesrv'), port);
  try {
    await run(`127.0.0.1:${port}`);
  } finally {
    await program.stop();
  }
}
