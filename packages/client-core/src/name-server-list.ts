/**
 * Which name server to ask: the list is shuffled once, one address is kept as long as it answers, and a failure moves
 * on to the next. Pure; the calls are made by `name-server-api.ts`.
 *
 * Source: remoting/netty/NettyRemotingClient.java getAndCreateNameserverChannel, common/utils/NameServerAddressUtils.java (4.6.0)
 */
import type { Random } from '@rocketmq-ts/kernel';
import { MQClientError } from './errors.ts';
import { describeValue } from './names.ts';

const HTTP = 'http://';
const INSTANCE_ENDPOINT = /^http:\/\/(MQ_INST_\w+_\w+)\..*/;

export interface NameServerSetting {
  readonly addresses: readonly string[];
  /** Namespace that an `http://MQ_INST_x_y.host:port` address carries. */
  readonly namespace: string | undefined;
}

/**
 * `a:9876;b:9876`, a list of addresses, or one `http://` endpoint.
 * @throws MQClientError RMQ_NO_NAME_SERVER, RMQ_OPTION
 */
export function parseNamesrvAddr(setting: unknown): NameServerSetting {
  if (setting === undefined) {
    throw new MQClientError('RMQ_NO_NAME_SERVER', 'No name server address, please set it.', {
      hint: "Give the option namesrvAddr ('host:9876', several separated by ';') or set the environment variable NAMESRV_ADDR.",
      responseCode: 10004,
    });
  }
  if (typeof setting !== 'string' && !(Array.isArray(setting) && setting.every((item) => typeof item === 'string'))) {
    throw new MQClientError('RMQ_OPTION', `namesrvAddr: a text or a list of texts is needed, not ${describeValue(setting)}`);
  }
  const text = typeof setting === 'string' ? setting.trim() : '';
  const namespace = INSTANCE_ENDPOINT.exec(text)?.[1];
  const listed = typeof setting === 'string' ? (text.startsWith(HTTP) ? [text.slice(HTTP.length)] : text.split(/[;,]/)) : (setting as string[]);
  const addresses = [...new Set(listed.map((item) => item.trim()).filter((item) => item !== ''))];
  if (addresses.length === 0) return parseNamesrvAddr(undefined);
  addresses.forEach(checkAddress);
  return { addresses, namespace };
}

function checkAddress(address: string): void {
  const match = /^(?:[^\s:/[\]]+|\[[0-9a-fA-F:.]+\]|[0-9a-fA-F]*:[0-9a-fA-F:.]+):(\d{1,5})$/.exec(address);
  const port = Number(match?.[1]);
  if (match === null || port < 1 || port > 65535) {
    throw new MQClientError('RMQ_OPTION', `namesrvAddr: '${address}' is not host:port`, { hint: 'The usual port of a name server is 9876.' });
  }
}

export class NameServerList {
  readonly addresses: readonly string[];
  #current = 0;

  constructor(addresses: readonly string[], random: Random) {
    this.addresses = shuffle(addresses, random);
  }

  get current(): string {
    return this.addresses[this.#current]!;
  }

  /** Leaves `failed` unless somebody has left it already; the list is a ring. */
  leave(failed: string): void {
    if (this.current === failed) this.#current = (this.#current + 1) % this.addresses.length;
  }
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
