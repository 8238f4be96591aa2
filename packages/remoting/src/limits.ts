/**
 * How much one peer, and all peers together, may make this process hold or wait for. On by default: a peer beyond a
 * limit is closed or told so, the others notice nothing.
 */
import { DEFAULT_FRAME_LIMITS, type FrameLimits } from '@rocketmq-ts/remoting-protocol';

export interface RemotingLimits {
  readonly frame: FrameLimits;
  /** Connections of a server; one more is closed at once. */
  readonly connectionsMax: number;
  /** Nothing read and nothing written for so long: closed. */
  readonly idleMs: number;
  /** A frame that was begun must be complete within this time. */
  readonly partialFrameMs: number;
  /** Bytes one peer may leave unread before it is closed as a slow reader. */
  readonly writeQueueBytesMax: number;
  /** A write queue must run empty within this time once the system stopped taking bytes. */
  readonly writeDeadlineMs: number;
  /** Output of one connection in one turn after which its further frames wait for the next flush. */
  readonly turnOutputBytesMax: number;
  /** Received bytes of unfinished frames, over all connections. */
  readonly heldBytesMax: number;
  /** Unread output over all connections. */
  readonly queuedBytesMax: number;
  /** Own requests that wait for an answer on one connection. */
  readonly inFlightMax: number;
}

export const DEFAULT_REMOTING_LIMITS: RemotingLimits = {
  frame: DEFAULT_FRAME_LIMITS,
  connectionsMax: 10_000,
  idleMs: 120_000,
  partialFrameMs: 30_000,
  writeQueueBytesMax: 16 * 1024 * 1024,
  writeDeadlineMs: 60_000,
  turnOutputBytesMax: 4 * 1024 * 1024,
  heldBytesMax: 256 * 1024 * 1024,
  queuedBytesMax: 512 * 1024 * 1024,
  inFlightMax: 65_535,
};

/** What happened at the limits; read by tests, logs and metrics. */
export interface RemotingCounters {
  connectionsRefused: number;
  framesBad: number;
  /** Answers nobody waits for: late, forged, or answered twice. */
  responsesUnmatched: number;
  closedIdle: number;
  closedPartialFrame: number;
  closedSlowReader: number;
  closedOverBudget: number;
}

export function createCounters(): RemotingCounters {
  return {
    connectionsRefused: 0,
    framesBad: 0,
    responsesUnmatched: 0,
    closedIdle: 0,
    closedPartialFrame: 0,
    closedSlowReader: 0,
    closedOverBudget: 0,
  };
}
