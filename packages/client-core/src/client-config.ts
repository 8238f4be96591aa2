/**
 * The options that producers, consumers and admin clients have in common, and what becomes of them: the environment,
 * the registry, the client id, the namespace.
 *
 * Source: client/ClientConfig.java (4.6.0)
 */
import type { Env, Log } from '@rocketmq-ts/kernel';
import { createLineLog, createNodeEnv } from '@rocketmq-ts/kernel/node';
import type { RequestHook } from '@rocketmq-ts/remoting';
import { type ClientOptions, HEARTBEAT_BROKER_INTERVAL_MS, POLL_NAME_SERVER_INTERVAL_MS } from './client.ts';
import { buildClientId, DEFAULT_INSTANCE_NAME, instanceNameOrPid } from './client-id.ts';
import { type HostFacts, nodeHostFacts } from './host-facts.ts';
import { parseNamesrvAddr } from './name-server-list.ts';
import { type OptionRule, rules } from './option-check.ts';
import { ClientRegistry } from './registry.ts';

export interface ClientConfig {
  /** `host:9876`, several separated by `;` or as a list. Default: environment variable NAMESRV_ADDR. */
  namesrvAddr?: string | readonly string[] | undefined;
  /** Prefix of topics and groups that keeps tenants apart. */
  namespace?: string | undefined;
  /** Address this client names itself by. Default: that of the first network interface. */
  clientIP?: string | undefined;
  /** Distinguishes clients of one process. Default: the process id (DEFAULT for broadcasting consumers). */
  instanceName?: string | undefined;
  unitName?: string | undefined;
  unitMode?: boolean | undefined;
  /** ms between refreshes of the routes. Default 30 000. */
  pollNameServerInterval?: number | undefined;
  /** ms between heartbeats. Default 30 000. */
  heartbeatBrokerInterval?: number | undefined;
  /** Default: warnings and errors to stderr. Never a file. */
  logger?: Log | undefined;
  /** See every request and its answer. */
  hooks?: readonly RequestHook[] | undefined;
  /** Which clients are shared with whom. Default: all of this process. */
  registry?: ClientRegistry | undefined;
  /** Clock, timers, network, disk; for tests. Then nothing is shared unless `registry` is given as well. */
  env?: Env | undefined;
  /** Facts about the process; for tests. */
  host?: HostFacts | undefined;
}

export const clientConfigRules: Readonly<Record<keyof ClientConfig, OptionRule>> = {
  namesrvAddr: rules.any,
  namespace: rules.text,
  clientIP: rules.text,
  instanceName: rules.text,
  unitName: rules.text,
  unitMode: rules.flag,
  pollNameServerInterval: rules.integer(10, 3_600_000),
  heartbeatBrokerInterval: rules.integer(10, 3_600_000),
  logger: rules.object,
  hooks: rules.object,
  registry: rules.object,
  env: rules.object,
  host: rules.object,
};

export interface ResolvedConfig {
  readonly env: Env;
  readonly registry: ClientRegistry;
  readonly host: HostFacts;
  readonly namespace: string | undefined;
  readonly unitMode: boolean;
  readonly client: ClientOptions;
}

interface ProcessDefaults {
  readonly env: Env;
  readonly registry: ClientRegistry;
  readonly host: HostFacts;
}

let processDefaults: ProcessDefaults | undefined;

/** What clients of this process share when nothing else is said; made on first use. */
export function defaultsOfThisProcess(): ProcessDefaults {
  if (processDefaults === undefined) {
    const host = nodeHostFacts();
    const env = createNodeEnv({ log: createLineLog(host.writeLine, { level: 'warn' }) });
    processDefaults = { env, registry: new ClientRegistry(env), host };
  }
  return processDefaults;
}

/**
 * @param keepsDefaultInstanceName broadcasting consumers: their offset file must be found again by the next process
 * @throws MQClientError RMQ_NO_NAME_SERVER, RMQ_OPTION
 */
export function resolveClientConfig(config: ClientConfig, keepsDefaultInstanceName = false): ResolvedConfig {
  const host = config.host ?? defaultsOfThisProcess().host;
  const base = config.env ?? defaultsOfThisProcess().env;
  const env = config.logger === undefined ? base : { ...base, log: config.logger };
  const registry = config.registry ?? (config.env === undefined ? defaultsOfThisProcess().registry : new ClientRegistry(env));
  const { addresses, namespace } = parseNamesrvAddr(config.namesrvAddr ?? host.namesrvAddr);
  const clientIP = config.clientIP ?? host.localAddress;
  const configured = config.instanceName ?? DEFAULT_INSTANCE_NAME;
  const instanceName = keepsDefaultInstanceName ? configured : instanceNameOrPid(configured, host.pid);
  return {
    env,
    registry,
    host,
    namespace: config.namespace ?? namespace,
    unitMode: config.unitMode ?? false,
    client: {
      clientId: buildClientId({ clientIP, instanceName, unitName: config.unitName }),
      nameServers: addresses,
      clientIP,
      pid: host.pid,
      pollNameServerIntervalMs: config.pollNameServerInterval ?? POLL_NAME_SERVER_INTERVAL_MS,
      heartbeatBrokerIntervalMs: config.heartbeatBrokerInterval ?? HEARTBEAT_BROKER_INTERVAL_MS,
      ...(config.hooks === undefined ? {} : { hooks: config.hooks }),
    },
  };
}
