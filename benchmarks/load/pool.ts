import { Piscina } from 'piscina';

/** Worker threads that run TypeScript as this process does. */
export function makePool(threads: number): Piscina {
  return new Piscina({ execArgv: ['--conditions=@rocketmq-ts/source', '--import', 'tsx'], minThreads: threads, maxThreads: threads });
}
