/**
 * The name server put together: one remoting server, the route table, the KV settings, and the sweep that takes silent
 * brokers out. Runs as a program of its own (`apps/namesrv`) or inside the broker's process.
 *
 * Name servers of a cluster don't know each other: each broker registers with all of them.
 */
import { assert, type Env, type Timer } from '@rocketmq-ts/kernel';
import { createRemotingServer, Dispatcher, type RemotingServer } from '@rocketmq-ts/remoting';
import type { SerializeType } from '@rocketmq-ts/remoting-protocol';
import { KvConfig } from './kv-config.ts';
import { LiveSettings } from './live-settings.ts';
import { dropBrokersOf, registerBrokerProcessors } from './processors/broker-registration.ts';
import { registerKvProcessors } from './processors/kv-settings.ts';
import { registerRouteQueryProcessors } from './processors/route-queries.ts';
import { registerSettingsProcessors } from './processors/settings.ts';
import { BROKER_EXPIRY_MS, RouteTable } from './route-table.ts';

export interface NamesrvOptions {
  /** 0: any free port. */
  readonly listenPort: number;
  /** All interfaces when absent. */
  readonly bindAddress?: string | undefined;
  readonly serverChannelMaxIdleTimeSeconds: number;
  /** File of the KV settings. */
  readonly kvConfigPath: string;
  /** File in which changed settings are kept. */
  readonly configStorePath: string;
  /** Every setting with its value as text, `orderMessageEnable` among them: what tools may read. */
  readonly properties: ReadonlyMap<string, string>;
  readonly serializeType?: SerializeType | undefined;
}

export interface Namesrv {
  /** @throws RemotingListenError, RmqError KV_CONFIG, DiskError */
  start(): Promise<void>;
  /** Resolves when the port is free and every change is on disk. Idempotent. */
  stop(): Promise<void>;
  readonly port: number;
  /** Read-only for others: the embedding process may show it. */
  readonly routes: RouteTable;
}

const FIRST_SCAN_MS = 5_000;
const SCAN_PERIOD_MS = 10_000;
/** Brokers register every 30 s; only after that does an empty table mean that there are none. */
const WARM_UP_MS = 45_000;

export function createNamesrv(env: Env, options: NamesrvOptions): Namesrv {
  const { clock, timers, disk, log } = env;
  const table = new RouteTable();
  const kvConfig = new KvConfig(disk, options.kvConfigPath);
  const settings = new LiveSettings({ disk, properties: options.properties, path: options.configStorePath });
  const dispatcher = new Dispatcher({ log });
  const startMs = clock.monotonicMs();
  let scan: Timer | undefined;
  let state: 'new' | 'running' | 'stopped' = 'new';

  registerBrokerProcessors(dispatcher, { clock, log, table, kvConfig, isBrokerMoveEnabled: () => settings.isBrokerMoveEnabled });
  registerKvProcessors(dispatcher, { log, kvConfig });
  registerSettingsProcessors(dispatcher, { log, settings });
  registerRouteQueryProcessors(dispatcher, {
    log,
    table,
    kvConfig,
    isOrderMessageEnabled: () => settings.isOrderMessageEnabled,
    isWarmingUp: () => table.registrationCount === 0 && clock.monotonicMs() - startMs < WARM_UP_MS,
  });

  const server: RemotingServer = createRemotingServer({
    env,
    host: options.bindAddress,
    port: options.listenPort,
    dispatcher,
    serializeType: options.serializeType,
    limits: { idleMs: options.serverChannelMaxIdleTimeSeconds * 1000 },
    onClose: (connection) => dropBrokersOf(connection, table, log),
  });

  function scanBrokers(): void {
    for (const { brokerAddr, connection } of table.expire(clock.monotonicMs(), BROKER_EXPIRY_MS)) {
      log.warn('broker dropped: it has not registered for too long', { brokerAddr, limitMs: BROKER_EXPIRY_MS });
      for (const open of server.connections) {
        if (open === connection) open.close('the broker behind it has not registered for too long');
      }
    }
  }

  return {
    async start() {
      assert(state === 'new', 'a name server is started once');
      state = 'running';
      kvConfig.load(log);
      await server.start();
      scan = timers.after(FIRST_SCAN_MS, () => {
        scanBrokers();
        scan = timers.every(SCAN_PERIOD_MS, scanBrokers);
      });
      log.info('name server started', { port: server.port });
    },
    async stop() {
      if (state === 'stopped') return;
      state = 'stopped';
      scan?.cancel();
      await server.stop();
      await kvConfig.settled();
      await settings.settled();
      log.info('name server stopped');
    },
    get port() {
      return server.port;
    },
    routes: table,
  };
}
