/**
 * A broker that does what tests tell it to: it keeps messages in memory, speaks the real protocol, and lets a test
 * answer any request code in its own way (`script`). It is no model of the real one; it is the other side of a talk.
 */
import type { Env } from '@rocketmq-ts/kernel';
import { type Connection, createRemotingServer, Dispatcher, type RemotingServer } from '@rocketmq-ts/remoting';
import {
  createResponse,
  decodeHeartbeatData,
  decodeProperties,
  encodeConsumerIdList,
  encodeOffsetMsgId,
  type ExtFields,
  GetConsumerListByGroupRequestHeader,
  GetMaxOffsetRequestHeader,
  type HostAddress,
  PullMessageRequestHeader,
  QueryConsumerOffsetRequestHeader,
  readBatchBody,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  SearchOffsetRequestHeader,
  SendMessageRequestHeaderV2,
  UnregisterClientRequestHeader,
  UpdateConsumerOffsetRequestHeader,
} from '@rocketmq-ts/remoting-protocol';
import { FakeLog, type FakePut } from './fake-log.ts';
import { FakeMembers } from './fake-members.ts';

/** An answer, 'silent' for none at all, or 'usual' for what the broker does without a script. */
export type ScriptedAnswer = RemotingCommand | 'silent' | 'usual';
export type Script = (request: RemotingCommand, connection: Connection) => ScriptedAnswer;

export interface SeenRequest {
  readonly code: number;
  readonly ext: ExtFields;
  readonly body: Buffer | undefined;
  readonly language: number;
  readonly atMs: number;
}

interface HeldPull {
  readonly request: RemotingCommand;
  readonly connection: Connection;
  readonly untilMs: number;
}

const HELD_SWEEP_MS = 500;

export class FakeBroker {
  readonly name: string;
  readonly port: number;
  readonly host: string;
  readonly log: FakeLog;
  /** Takes no messages and no commits with pulls, and does not judge offsets that it does not have. */
  isSlave = false;
  readonly members = new FakeMembers();
  readonly seen: SeenRequest[] = [];
  /** `group@topic@queueId` to committed offset. */
  readonly offsets = new Map<string, number>();
  readonly #env: () => Env;
  readonly #scripts = new Map<number, Script>();
  #held: HeldPull[] = [];
  #server: RemotingServer | undefined;
  #sweep: { cancel(): void } | undefined;

  constructor(name: string, host: HostAddress, env: () => Env) {
    this.name = name;
    this.host = host.ip;
    this.port = host.port;
    this.log = new FakeLog(host);
    this.#env = env;
  }

  get address(): string {
    return `${this.host}:${this.port}`;
  }

  async start(): Promise<void> {
    const dispatcher = new Dispatcher({ log: this.#env().log });
    dispatcher.setDefault((request, connection) => this.#answer(request, connection));
    this.#server = createRemotingServer({ env: this.#env(), port: this.port, dispatcher, onClose: (connection) => this.members.remove(connection) });
    await this.#server.start();
    this.#sweep = this.#env().timers.every(HELD_SWEEP_MS, () => this.#releaseHeld());
  }

  async stop(): Promise<void> {
    this.#sweep?.cancel();
    this.#held = [];
    await this.#server?.stop();
  }

  /** Its host was killed: nobody said good-bye, and nothing is left to stop. */
  died(): void {
    this.members.clear();
    this.#held = [];
    this.#server = undefined;
    this.#sweep = undefined;
  }

  /** Answers this code in the test's way from now on; undefined: in the usual way again. */
  script(code: number, script: Script | undefined): void {
    if (script === undefined) this.#scripts.delete(code);
    else this.#scripts.set(code, script);
  }

  requests(code: number): SeenRequest[] {
    return this.seen.filter((request) => request.code === code);
  }

  put(put: FakePut): void {
    this.log.put(put, this.#env().clock.wallMs());
    this.#releaseHeld();
  }

  /** Takes from its master's log what it does not have yet. */
  copyFrom(master: FakeBroker): void {
    this.log.copyFrom(master.log);
    this.#releaseHeld();
  }

  /** Messages `prefix0`, `prefix1`, … to one queue. */
  fill(topic: string, queueId: number, count: number, options: { prefix?: string; tags?: string } = {}): void {
    for (let i = 0; i < count; i += 1) {
      const properties = new Map([['UNIQ_KEY', `${topic}-${queueId}-${this.log.queue(topic, queueId).length}`]]);
      if (options.tags !== undefined) properties.set('TAGS', options.tags);
      this.put({ topic, queueId, body: Buffer.from(`${options.prefix ?? 'm'}${i}`), properties });
    }
  }

  #answer(request: RemotingCommand, connection: Connection): RemotingCommand | undefined {
    const body = request.body === undefined ? undefined : Buffer.from(request.body);
    this.seen.push({ code: request.code, ext: request.extFields ?? new Map(), body, language: request.language, atMs: this.#env().clock.monotonicMs() });
    const scripted = this.#scripts.get(request.code)?.(request, connection) ?? 'usual';
    if (scripted === 'silent') return undefined;
    return scripted === 'usual' ? this.#usual(request, connection) : scripted;
  }

  #usual(request: RemotingCommand, connection: Connection): RemotingCommand | undefined {
    switch (request.code) {
      case RequestCode.SEND_MESSAGE_V2:
      case RequestCode.SEND_BATCH_MESSAGE:
        return this.#send(request);
      case RequestCode.PULL_MESSAGE:
        return this.#pull(request, connection, true);
      case RequestCode.HEART_BEAT:
        this.members.put(connection, decodeHeartbeatData(request.body!));
        return ok(request);
      case RequestCode.UNREGISTER_CLIENT:
        this.members.remove(connection, UnregisterClientRequestHeader.decode(request.extFields).consumerGroup);
        return ok(request);
      case RequestCode.GET_CONSUMER_LIST_BY_GROUP: {
        const ids = this.members.ids(GetConsumerListByGroupRequestHeader.decode(request.extFields).consumerGroup);
        if (ids.length === 0) return createResponse(request, ResponseCode.SYSTEM_ERROR, 'no consumer for this group');
        const response = ok(request);
        response.body = encodeConsumerIdList(ids);
        return response;
      }
      case RequestCode.CHECK_CLIENT_CONFIG:
        return ok(request);
      default:
        return this.#offset(request);
    }
  }

  #send(request: RemotingCommand): RemotingCommand {
    if (this.isSlave) return createResponse(request, ResponseCode.SERVICE_NOT_AVAILABLE, 'service not available now');
    const header = SendMessageRequestHeaderV2.decode(request.extFields);
    const { topic, queueId, flag, sysFlag } = header;
    const common = { topic, queueId, reconsumeTimes: header.reconsumeTimes ?? 0 };
    const items: FakePut[] = header.batch
      ? [...readBatchBody(request.body!)].map((item) => ({ ...common, flag: item.flag, body: item.body, properties: decodeProperties(item.properties) }))
      : [{ ...common, flag, sysFlag, body: request.body!, properties: decodeProperties(header.properties ?? '') }];
    const stored = items.map((item) => this.log.put(item, this.#env().clock.wallMs()));
    this.#releaseHeld();
    const ids = stored.map((message) => encodeOffsetMsgId({ ip: this.host, port: this.port }, message.physicalOffset));
    return ok(request, { msgId: ids.join(','), queueId, queueOffset: stored[0]!.queueOffset, MSG_REGION: 'DefaultRegion', TRACE_ON: 'true' });
  }

  #pull(request: RemotingCommand, connection: Connection, mayHold: boolean): RemotingCommand | undefined {
    const header = PullMessageRequestHeader.decode(request.extFields);
    const { consumerGroup, topic, queueId, queueOffset, maxMsgNums, sysFlag, subVersion } = header;
    const known = this.members.subVersion(connection, consumerGroup, topic);
    if (known === undefined) return createResponse(request, ResponseCode.SUBSCRIPTION_NOT_EXIST, "the consumer's subscription not exist");
    if (known < subVersion) return createResponse(request, ResponseCode.SUBSCRIPTION_NOT_LATEST, "the consumer's subscription not latest");
    if (mayHold && !this.isSlave && (sysFlag & 1) !== 0) this.offsets.set(`${consumerGroup}@${topic}@${queueId}`, header.commitOffset);
    const queue = this.log.queue(topic, queueId);
    const [min, max] = [this.log.minOffset(topic, queueId), queue.length];
    const marks = { suggestWhichBrokerId: 0, minOffset: min, maxOffset: max };
    const answer = (code: number, nextBeginOffset: number): RemotingCommand => {
      const response = ok(request, { ...marks, nextBeginOffset });
      response.code = code;
      return response;
    };
    if (this.isSlave && (queueOffset < min || queueOffset > max)) return answer(ResponseCode.PULL_RETRY_IMMEDIATELY, queueOffset);
    if (queueOffset < min) return answer(ResponseCode.PULL_OFFSET_MOVED, min);
    if (queueOffset > max) return answer(ResponseCode.PULL_OFFSET_MOVED, max);
    if (queueOffset === max) {
      if (!mayHold) return answer(ResponseCode.PULL_NOT_FOUND, queueOffset);
      this.#held.push({ request, connection, untilMs: this.#env().clock.monotonicMs() + header.suspendTimeoutMillis });
      return undefined;
    }
    const found = queue.slice(queueOffset, queueOffset + maxMsgNums);
    const response = answer(ResponseCode.SUCCESS, queueOffset + found.length);
    response.body = Buffer.concat(found.map((message) => message.record));
    return response;
  }

  #offset(request: RemotingCommand): RemotingCommand {
    const ext = request.extFields;
    const key = (header: { consumerGroup: string; topic: string; queueId: number }): string => `${header.consumerGroup}@${header.topic}@${header.queueId}`;
    switch (request.code) {
      case RequestCode.QUERY_CONSUMER_OFFSET: {
        const offset = this.offsets.get(key(QueryConsumerOffsetRequestHeader.decode(ext)));
        return offset === undefined ? createResponse(request, ResponseCode.QUERY_NOT_FOUND, 'Not found') : ok(request, { offset });
      }
      case RequestCode.UPDATE_CONSUMER_OFFSET: {
        const header = UpdateConsumerOffsetRequestHeader.decode(ext);
        this.offsets.set(key(header), header.commitOffset);
        return ok(request);
      }
      case RequestCode.GET_MAX_OFFSET: {
        const { topic, queueId } = GetMaxOffsetRequestHeader.decode(ext);
        return ok(request, { offset: this.log.queue(topic, queueId).length });
      }
      case RequestCode.GET_MIN_OFFSET: {
        const { topic, queueId } = GetMaxOffsetRequestHeader.decode(ext);
        return ok(request, { offset: this.log.minOffset(topic, queueId) });
      }
      case RequestCode.SEARCH_OFFSET_BY_TIMESTAMP: {
        const { topic, queueId } = SearchOffsetRequestHeader.decode(ext);
        return ok(request, { offset: Math.floor(this.log.queue(topic, queueId).length / 2) });
      }
      default:
        return createResponse(request, ResponseCode.REQUEST_CODE_NOT_SUPPORTED, ` request type ${request.code} not supported`);
    }
  }

  /** Answers held pulls for which something came, or whose time is over. */
  #releaseHeld(): void {
    const held = this.#held;
    this.#held = [];
    for (const pull of held) {
      const { topic, queueId, queueOffset } = PullMessageRequestHeader.decode(pull.request.extFields);
      const isDue = pull.untilMs <= this.#env().clock.monotonicMs() || this.log.queue(topic, queueId).length > queueOffset;
      if (!isDue) this.#held.push(pull);
      else if (pull.connection.isOpen) pull.connection.respond(pull.request, this.#pull(pull.request, pull.connection, false)!);
    }
  }
}

function ok(request: RemotingCommand, fields: Readonly<Record<string, string | number>> = {}): RemotingCommand {
  const response = createResponse(request, ResponseCode.SUCCESS);
  response.extFields = new Map(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  return response;
}
