/** Brokers and tools as a name server on a simulated host sees them. */
import type { Env } from '@rocketmq-ts/kernel';
import { createSimulation, type Simulation } from '@rocketmq-ts/kernel/sim';
import { createRemotingClient, type RemotingClient } from '@rocketmq-ts/remoting';
import { RemotingCommand } from '@rocketmq-ts/remoting-protocol';
import { createNamesrv, type Namesrv, type NamesrvOptions } from '../src/namesrv.ts';
import type { Request } from './golden/scenario.ts';

export const PORT = 9876;
export const KV_PATH = '/home/namesrv/kvConfig.json';
export const SETTINGS_PATH = '/home/namesrv/namesrv.properties';

export class NamesrvWorld {
  readonly sim: Simulation = createSimulation(7);
  readonly options: NamesrvOptions = {
    listenPort: PORT,
    serverChannelMaxIdleTimeSeconds: 120,
    kvConfigPath: KV_PATH,
    configStorePath: SETTINGS_PATH,
    properties: new Map([
      ['listenPort', String(PORT)],
      ['kvConfigPath', KV_PATH],
      ['orderMessageEnable', 'false'],
    ]),
  };
  namesrv: Namesrv | undefined;
  readonly #clients = new Map<string, RemotingClient>();

  get env(): Env {
    return this.sim.host('namesrv').env;
  }

  async start(): Promise<Namesrv> {
    const namesrv = createNamesrv(this.env, this.options);
    this.namesrv = namesrv;
    await this.sim.run(namesrv.start());
    return namesrv;
  }

  /** One connection per name, as a scenario tells it. */
  async ask(request: Omit<Request, 'name'>): Promise<RemotingCommand> {
    const { connection, code, version, extFields, body } = request;
    let client = this.#clients.get(connection);
    if (client === undefined) {
      client = createRemotingClient({ env: this.sim.host(connection).env, language: 0 });
      this.#clients.set(connection, client);
    }
    const command = new RemotingCommand(code, extFields === undefined ? undefined : new Map(Object.entries(extFields)), body);
    if (version !== undefined) command.version = version;
    return this.sim.run(client.invoke(`namesrv:${PORT}`, command, { timeoutMs: 3000 }));
  }

  async close(connection: string): Promise<void> {
    this.#clients.get(connection)?.close(`namesrv:${PORT}`);
    await this.sim.runUntilIdle();
  }
}
