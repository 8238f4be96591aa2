import type { RoundTripTimes } from '../sync-replication/results.ts';

/** One run of one broker in one scenario. */
export interface SendSample {
  /** Of the scenario. */
  readonly scenario: string;
  readonly contender: string;
  /** From 0. */
  readonly round: number;
  readonly measuredSeconds: number;
  readonly sendsPerSecond: number;
  readonly failed: number;
  readonly firstFailure: string | undefined;
  /** Microseconds. */
  readonly rt: RoundTripTimes;
  readonly cpuUsPerSend: number;
  readonly idleMiB: number;
  readonly loadedMiB: number;
  readonly firstSendMs: number;
  readonly generator: { readonly cpuUsPerSend: number; readonly loopDelayP99Ms: number; readonly utilization: number };
  /** Before it, in the same folder, where the disk decides: p50 of a write of 4 KiB and fdatasync, µs. */
  readonly diskSyncP50Us: number | undefined;
}

export type Value = (sample: SendSample) => number;
