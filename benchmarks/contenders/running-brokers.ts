import type { Contender, RunningBroker } from './contenders.ts';

/** Brokers that are alive at once; whoever forgets one has it ended here. */
export class RunningBrokers {
  readonly #brokers = new Set<RunningBroker>();

  async start(contender: Contender, config: Parameters<Contender['start']>[0] = {}): Promise<RunningBroker> {
    const broker = await contender.start(config);
    this.#brokers.add(broker);
    return broker;
  }

  async stop(broker: RunningBroker): Promise<void> {
    this.#brokers.delete(broker);
    await broker.stop();
  }

  async stopAll(): Promise<void> {
    for (const broker of this.#brokers) await this.stop(broker);
  }
}
