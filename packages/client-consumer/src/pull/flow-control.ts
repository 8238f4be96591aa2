/**
 * Whether a queue may pull on, or has enough to do. Pure.
 *
 * Source: client/impl/consumer/DefaultMQPushConsumerImpl.java pullMessage (4.6.0)
 */
export interface FlowLimits {
  /** Messages that may be cached per queue. */
  readonly pullThresholdForQueue: number;
  /** MiB of bodies that may be cached per queue. */
  readonly pullThresholdSizeForQueue: number;
  /** Distance from the first to the last cached message: how much one slow message may hold up. */
  readonly consumeConcurrentlyMaxSpan: number;
}

export interface FlowState {
  readonly count: number;
  readonly sizeBytes: number;
  readonly span: number;
}

export type FlowObstacle = 'count' | 'size' | 'span';

const MIB = 1024 * 1024;

export function flowObstacle(state: FlowState, limits: FlowLimits): FlowObstacle | undefined {
  if (state.count > limits.pullThresholdForQueue) return 'count';
  // Whole mebibytes, as Java counts them.
  if (Math.floor(state.sizeBytes / MIB) > limits.pullThresholdSizeForQueue) return 'size';
  if (state.span > limits.consumeConcurrentlyMaxSpan) return 'span';
  return undefined;
}

/** Limits of a topic, divided among its queues; −1: none, the queue's own limit stays. */
export function thresholdPerQueue(forTopic: number, queueCount: number, forQueue: number): number {
  return forTopic === -1 || queueCount === 0 ? forQueue : Math.max(1, Math.floor(forTopic / queueCount));
}
