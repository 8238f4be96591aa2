// How far a broker has come, asked over the wire.
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { createRemotingClient, type RemotingClient } from '@rocketmq-ts/remoting';
import { decodeKVTable, GetMaxOffsetRequestHeader, GetMaxOffsetResponseHeader, LanguageCode, RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';

const TIMEOUT_MS = 3000;
const POLL_MS = 10;

export class BrokerProbe {
  readonly #client: RemotingClient = createRemotingClient({ env: createNodeEnv(), language: LanguageCode.JAVA });
  readonly #address: string;

  constructor(port: number) {
    this.#address = `127.0.0.1:${port}`;
  }

  /** End of the commit log. */
  async logEnd(): Promise<number> {
    const answer = await this.#ask(new RemotingCommand(RequestCode.GET_BROKER_RUNTIME_INFO));
    return Number(decodeKVTable(answer.body ?? Buffer.alloc(0)).table.get('commitLogMaxOffset') ?? Number.NaN);
  }

  /** The next offset of a queue: what consumers of this broker can read. */
  async queueEnd(queueId: number, topic = 'BenchmarkTest'): Promise<number> {
    const request = new RemotingCommand(RequestCode.GET_MAX_OFFSET);
    request.extFields = GetMaxOffsetRequestHeader.encode({ topic, queueId });
    return GetMaxOffsetResponseHeader.decode((await this.#ask(request)).extFields).offset;
  }

  /** Resolves when the log has come to `end`; until then it is asked again and again. @throws Error after `timeoutMs` */
  async logReaches(end: number, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const now = await this.logEnd().catch(() => -1);
      if (now >= end) return;
      if (performance.now() > deadline) throw new Error(`the log of ${this.#address} ends at ${now}; ${end} was not reached within ${timeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  close(): Promise<void> {
    return this.#client.stop();
  }

  async #ask(request: RemotingCommand): Promise<RemotingCommand> {
    const answer = await this.#client.invoke(this.#address, request, { timeoutMs: TIMEOUT_MS });
    if (answer.code !== ResponseCode.SUCCESS) throw new Error(`${this.#address} answered ${answer.code} ${answer.remark ?? ''}`);
    return answer;
  }
}
