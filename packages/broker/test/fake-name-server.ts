import {
  createResponse,
  decodeRegisterBrokerBody,
  encodeClusterInfo,
  encodeKVTable,
  type RegisterBrokerBody,
  RegisterBrokerRequestHeader,
  RegisterBrokerResponseHeader,
  RequestCode,
  ResponseCode,
  UnRegisterBrokerRequestHeader,
} from '@rocketmq-ts/remoting-protocol';
import { type Connection, createRemotingServer, Dispatcher, type RemotingServer } from '@rocketmq-ts/remoting';
import type { Simulation } from '@rocketmq-ts/kernel/sim';

export const NAME_SERVER_PORT = 9876;

interface Registered {
  readonly header: RegisterBrokerRequestHeader;
  readonly connection: Connection;
}

/** Answers as a name server does, forgets brokers whose connection ends, and remembers what it was told. */
export class FakeNameServer {
  readonly registrations: (RegisterBrokerBody & { header: RegisterBrokerRequestHeader })[] = [];
  readonly events: string[] = [];
  orderTopics: string[] = [];
  /** Says so to every registration. */
  refusal: string | undefined;
  /** Entries of brokers that never registered here: `name` or `name#id` → address. */
  readonly brokers = new Map<string, string>();
  readonly #registered = new Map<string, Registered>();
  readonly #sim: Simulation;
  readonly #host: string;
  #server: RemotingServer | undefined;

  constructor(sim: Simulation, host = 'ns') {
    this.#sim = sim;
    this.#host = host;
  }

  get address(): string {
    return `${this.#sim.host(this.#host).address}:${NAME_SERVER_PORT}`;
  }

  async start(): Promise<this> {
    const dispatcher = new Dispatcher();
    dispatcher.register([RequestCode.REGISTER_BROKER], (request, connection) => {
      const header = RegisterBrokerRequestHeader.decode(request.extFields);
      if (this.refusal !== undefined) return createResponse(request, ResponseCode.SYSTEM_ERROR, this.refusal);
      this.registrations.push({ ...decodeRegisterBrokerBody(request.body, { compressed: header.compressed ?? false, version: request.version }), header });
      this.events.push('register');
      this.#registered.set(`${header.brokerName}#${header.brokerId}`, { header, connection });
      const response = createResponse(request, ResponseCode.SUCCESS);
      const master = header.brokerId === 0 ? undefined : this.#registered.get(`${header.brokerName}#0`)?.header;
      response.extFields = RegisterBrokerResponseHeader.encode({ masterAddr: master?.brokerAddr, haServerAddr: master?.haServerAddr });
      response.body = encodeKVTable({ table: new Map(this.orderTopics.map((topic) => [topic, 'broker-a:4'])) });
      return response;
    });
    dispatcher.register([RequestCode.UNREGISTER_BROKER], (request) => {
      const { brokerName, brokerId } = UnRegisterBrokerRequestHeader.decode(request.extFields);
      this.#registered.delete(`${brokerName}#${brokerId}`);
      this.events.push('unregister');
      return createResponse(request, ResponseCode.SUCCESS);
    });
    dispatcher.register([RequestCode.GET_BROKER_CLUSTER_INFO], (request) => {
      const response = createResponse(request, ResponseCode.SUCCESS);
      response.body = this.#clusterInfo();
      return response;
    });
    const onClose = (closed: Connection): void => {
      for (const [key, { connection }] of this.#registered) if (connection === closed) this.#registered.delete(key);
    };
    this.#server = createRemotingServer({ env: this.#sim.host(this.#host).env, port: NAME_SERVER_PORT, dispatcher, onClose });
    await this.#sim.run(this.#server.start());
    return this;
  }

  async stop(): Promise<void> {
    await this.#sim.run((this.#server as RemotingServer).stop());
  }

  #clusterInfo(): Buffer {
    const table = new Map<string, { cluster: string; brokerName: string; brokerAddrs: Map<number, string> }>();
    const add = (cluster: string, brokerName: string, brokerId: number, address: string): void => {
      const broker = table.get(brokerName) ?? { cluster, brokerName, brokerAddrs: new Map<number, string>() };
      table.set(brokerName, broker);
      broker.brokerAddrs.set(brokerId, address);
    };
    for (const { header } of this.#registered.values()) add(header.clusterName, header.brokerName, header.brokerId, header.brokerAddr);
    for (const [key, address] of this.brokers) {
      const [brokerName = '', id = '0'] = key.split('#');
      add('DefaultCluster', brokerName, Number(id), address);
    }
    return encodeClusterInfo({ brokerAddrTable: table, clusterAddrTable: new Map() });
  }
}
