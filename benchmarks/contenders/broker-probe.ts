// How far a broker has come, asked over the wire.
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { createRemotingClient, type RemotingClient } from '@rocketmq-ts/remoting';
import { decodeKVTable, decodeTopicConfigSerializeWrapper, GetMaxOffsetRequestHeader, GetMaxOffsetResponseHeader, LanguageCode, parseProperties, RemotingCommand, RequestCode, ResponseCode, type TopicConfig } from '@rocketmq-ts/remoting-protocol';

const TIMEOUT_MS = 3000;
const POLL_MS = 10;

export class BrokerProbe {
  readonly #client: RemotingClient = createRemotingClient({ env: createNodeEnv(), language: LanguageCode.JAVA });
  readonly #address: string;

  constructor(port: number, host: string = '127.0.0.1') {
    this.#address = `${host}:${port}`;
  }

  /** End of the commit log. */
  async logEnd(): Promise<number> {
    return Number((await this.#runtimeInfo()).get('commitLogMaxOffset') ?? Number.NaN);
  }

  /** As it calls itself, for example `V4_6_0`. */
  async version(): Promise<string> {
    return (await this.#runtimeInfo()).get('brokerVersionDesc') ?? 'unknown';
  }

  /** The next offset of a queue: what consumers of this broker can read. */
  async queueEnd(queueId: number, topic = 'BenchmarkTest'): Promise<number> {
    const request = new RemotingCommand(RequestCode.GET_MAX_OFFSET);
    request.extFields = GetMaxOffsetRequestHeader.encode({ topic, queueId });
    return GetMaxOffsetResponseHeader.decode((await this.#ask(request)).extFields).offset;
  }

  /** Its configuration, as `getBrokerConfig` shows it. */
  async config(): Promise<ReadonlyMap<string, string>> {
    const answer = await this.#ask(new RemotingCommand(RequestCode.GET_BROKER_CONFIG));
    return new Map(parseProperties(answer.body?.toString('utf8') ?? '').map(({ key, value }) => [key, value]));
  }

  /** Undefined when it knows no such topic. */
  async topicConfig(topic: string): Promise<TopicConfig | undefined> {
    const answer = await this.#ask(new RemotingCommand(RequestCode.GET_ALL_TOPIC_CONFIG));
    return decodeTopicConfigSerializeWrapper(answer.body ?? Buffer.alloc(0)).topicConfigTable.get(topic);
  }

  /**
   * Resolves when the log has come to `end`; until then it is asked again and again.
   * @param giveUp why waiting has no sense any more, asked before each try
   * @throws Error after `timeoutMs`
   */
  async logReaches(end: number, timeoutMs: number, giveUp?: () => string | undefined): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const now = await this.logEnd().catch(() => -1);
      if (now >= end) return;
      const reason = giveUp?.();
      if (reason !== undefined) throw new Error(reason);
      if (performance.now() > deadline) throw new Error(`the log of ${this.#address} ends at ${now}; ${end} was not reached within ${timeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  close(): Promise<void> {
    return this.#client.stop();
  }

  async #runtimeInfo(): Promise<ReadonlyMap<string, string>> {
    const answer = await this.#ask(new RemotingCommand(RequestCode.GET_BROKER_RUNTIME_INFO));
    return decodeKVTable(answer.body ?? Buffer.alloc(0)).table;
  }

  async #ask(request: RemotingCommand): Promise<RemotingCommand> {
    const answer = await this.#client.invoke(this.#address, request, { timeoutMs: TIMEOUT_MS });
    if (answer.code !== ResponseCode.SUCCESS) throw new Error(`${this.#address} answered ${answer.code} ${answer.remark ?? ''}`);
    return answer;
  }
}
