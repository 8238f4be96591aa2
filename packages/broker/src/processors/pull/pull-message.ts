import { createResponse, PullMessageRequestHeader, PullMessageResponseHeader, PullSysFlag, type RemotingCommand, RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import type { Connection, RequestHandler } from '@rocketmq-ts/remoting';
import type { GetMessageResult, TagsFilter } from '@rocketmq-ts/store';

import { BROKER_LIMITS } from '../../limits.ts';
import type { HeldPull } from '../../long-polling/held-pulls.ts';
import { isRefusal } from '../refusal.ts';
import { checkPull, type PullHeader, type PullPlan } from './check-pull.ts';
import type { PullPorts } from './pull-ports.ts';
import { pullCode } from './pull-status.ts';

export const PULL_CODES = [RequestCode.PULL_MESSAGE] as const;

const MASTER_ID = 0;

/** One pull request, first or resumed. */
interface Pull {
  readonly request: RemotingCommand;
  readonly connection: Connection;
  readonly header: PullHeader;
}

/**
 * Request 11. Messages go out as the records they are in the log. A pull that finds none waits, if the
 * client wants that, and is carried out again when a message arrives or its time is over.
 *
 * Java differs: an offset beyond the end is corrected to the end, never to the beginning of the queue.
 * Source: broker/processor/PullMessageProcessor.java (4.6.0)
 */
export function createPullMessage(ports: PullPorts): RequestHandler {
  return (request, connection) => {
    const pull = { request, connection, header: PullMessageRequestHeader.decode(request.extFields) };
    return answer(ports, pull, true);
  };
}

/** The answer; undefined when it has gone out already or the pull waits. */
function answer(ports: PullPorts, pull: Pull, isFirstPass: boolean): RemotingCommand | undefined {
  const { header, request, connection } = pull;
  const plan = checkPull(ports, header, connection.remoteAddress);
  if (isRefusal(plan)) return createResponse(request, plan.code, plan.remark);

  const found = ports.queues.getMessage(header.topic, header.queueId, header.queueOffset, Math.max(1, header.maxMsgNums), plan.filter);
  if (isFirstPass) ports.pullOffsets?.commit(header.consumerGroup, header.topic, header.queueId, header.queueOffset);
  // On a slave only what the client says in so many words (request 15) counts.
  if (isFirstPass && !ports.facts.isSlave && (header.sysFlag & PullSysFlag.COMMIT_OFFSET) !== 0) commitOffset(ports, pull);

  const rightCode = pullCode(found.status, header.queueOffset);
  // A slave may lack the newest messages only: it corrects nobody and sends the client back to the master.
  const isLeftToMaster = rightCode === ResponseCode.PULL_OFFSET_MOVED && !ports.facts.correctsOffsets;
  const code = isLeftToMaster ? ResponseCode.PULL_RETRY_IMMEDIATELY : rightCode;
  if (code === ResponseCode.PULL_NOT_FOUND && isFirstPass && (header.sysFlag & PullSysFlag.SUSPEND) !== 0) {
    ports.holder.hold(new WaitingPull(ports, pull, plan.filter));
    return undefined;
  }
  const response = createResponse(request, code, found.status);
  response.extFields = PullMessageResponseHeader.encode({
    suggestWhichBrokerId: isLeftToMaster ? plan.group.brokerId : suggestBroker(ports, plan, found),
    nextBeginOffset: found.nextBeginOffset,
    minOffset: found.minOffset,
    maxOffset: found.maxOffset,
  });
  if (code === ResponseCode.SUCCESS) {
    ports.counters.pulled(header.consumerGroup, header.topic, found.messageCount, found.bytes);
    connection.respondParts(request, response, found.records);
    return undefined;
  }
  if (code === ResponseCode.PULL_OFFSET_MOVED) reportMoved(ports, header, found.nextBeginOffset);
  return response;
}

function commitOffset(ports: PullPorts, { header, connection }: Pull): void {
  if (header.commitOffset < 0) return;
  const outcome = ports.offsets.commit(header.consumerGroup, header.topic, header.queueId, header.commitOffset);
  if (outcome === 'moved back') {
    const { consumerGroup: group, topic, queueId, commitOffset: offset } = header;
    ports.env.log.warn('A consumer offset was moved back.', { group, topic, queueId, offset, client: connection.remoteAddress });
  }
}

/** The same on masters and slaves: a slave without slaveReadEnable serves what it has, and suggests the master. */
function suggestBroker(ports: PullPorts, plan: PullPlan, found: GetMessageResult): number {
  if (!ports.live.slaveReadEnable) return MASTER_ID;
  return found.suggestPullingFromSlave ? plan.group.whichBrokerWhenConsumeSlowly : plan.group.brokerId;
}

function reportMoved(ports: PullPorts, header: PullHeader, offsetNew: number): void {
  const { consumerGroup, topic, queueId, queueOffset: offsetRequest } = header;
  ports.env.log.warn('A consumer asked for an offset that is not there.', { group: consumerGroup, topic, queueId, offsetRequest, offsetNew });
  // A slave can not write the event: its log is its master's.
  if (ports.facts.isSlave) return;
  ports.moved.offsetMoved({ consumerGroup, topic, queueId, offsetRequest, offsetNew });
}

/** A pull that waits; resumed at most once. */
class WaitingPull implements HeldPull {
  readonly connection: Connection;
  readonly topic: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly deadlineMs: number;
  readonly filter: TagsFilter | undefined;
  readonly #ports: PullPorts;
  readonly #pull: Pull;

  constructor(ports: PullPorts, pull: Pull, filter: TagsFilter | undefined) {
    const { header } = pull;
    const { longPollingEnable, shortPollingTimeMills } = ports.facts.polling;
    const wantedMs = longPollingEnable ? header.suspendTimeoutMillis : shortPollingTimeMills;
    pull.request.body = undefined;
    this.connection = pull.connection;
    this.topic = header.topic;
    this.queueId = header.queueId;
    this.queueOffset = header.queueOffset;
    this.deadlineMs = ports.env.clock.monotonicMs() + Math.min(wantedMs, BROKER_LIMITS.holdMs);
    this.filter = filter;
    this.#ports = ports;
    this.#pull = pull;
  }

  resume(): void {
    const response = answer(this.#ports, this.#pull, false);
    if (response !== undefined) this.connection.respond(this.#pull.request, response);
  }
}
