// What one run of `benchmarks:sync-replication` has found. The JSON beside the report is this and nothing else; Markdown
// and HTML are made from it alone, so a report can be made again from its JSON.
import type { FunctionName, FunctionTimes } from '../report/cpu-profile.ts';

export interface SyncReplicationResults {
  readonly format: 1;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** Why not everything that was planned is in here: interrupted, a contender that failed. Empty after a whole run. */
  readonly incomplete: readonly string[];
  /** As a reader would type it. */
  readonly command: string;
  /** Of this workspace; `dirty` when files differed from it. */
  readonly commit: { readonly id: string; readonly dirty: boolean };
  readonly machine: MachineFacts;
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly measureSeconds: number;
  /** Load on every fresh pair before its first measurement, so that its code is compiled; `warmUpSeconds` precede each single one. */
  readonly pairWarmUpSeconds?: number;
  /** True for `--quick`: one short round, whose figures are indications only. */
  readonly quick?: boolean;
  /** Measured at the start of the run by a ping of 16 bytes: through the proxy for each delay that was asked for, and straight through loopback (delay 0). */
  readonly haRoundTrips?: readonly { readonly delayMs: number; readonly p50Ms: number }[];
  readonly contenders: readonly ContenderFacts[];
  readonly samples: readonly Sample[];
  /** Where our own pair spends its processor time. */
  readonly profile?: ProfileRun;
}

export interface MachineFacts {
  readonly cores: number;
  readonly cpuModel: string;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  /** Undefined where there is no JDK. */
  readonly java: string | undefined;
  /**
   * Measured at the start of the run, in the folder of the stores: 256 MiB in blocks of 64 KiB with one fdatasync behind them, and the
   * median of 4 KiB writes with an fdatasync each.
   */
  readonly disk: { readonly sequentialWriteMiBPerSecond: number; readonly fdatasyncP50Ms: number };
}

export interface ContenderFacts {
  /** As in `Sample.contender`. */
  readonly name: string;
  readonly implementation: 'rocketmq-ts' | 'java' | 'remote';
  readonly version: string;
  /** How it was set, with heap flags. */
  readonly description: string;
}

/** What stands between and around master and slave; the usual one has no delay, one slave, WAIT=true, ASYNC_FLUSH on both sides. */
export interface Variant {
  /** Put on each direction of the HA connection by the proxy, so that a round trip takes twice as long, ms. */
  readonly delayMs: number;
  readonly slaves: number;
  readonly waitStoreMsgOk: boolean;
  readonly masterFlush: 'ASYNC_FLUSH' | 'SYNC_FLUSH';
  readonly slaveFlush: 'ASYNC_FLUSH' | 'SYNC_FLUSH';
}

export type LoadShape =
  | { readonly kind: 'closed'; readonly connections: number; readonly inFlight: number; readonly bodyBytes: number }
  /** At a fixed rate; RT counts from when a send was due, not from when it left. */
  | { readonly kind: 'open'; readonly connections: number; readonly bodyBytes: number; readonly perSecond: number; readonly shareOfAsyncMaximum: number };

/** An open loop's rate is `shareOfAsyncMaximum` of what the contender's asynchronous master did at most in a closed loop of round 0, for both roles and all rounds. */
export interface Sample {
  readonly contender: string;
  readonly role: 'ASYNC_MASTER' | 'SYNC_MASTER';
  readonly variant: Variant;
  readonly load: LoadShape;
  /** From 0. */
  readonly round: number;
  readonly sendsPerSecond: number;
  readonly failed: number;
  readonly firstFailure: string | undefined;
  /** Microseconds. */
  readonly rt: RoundTripTimes;
  /** The master, then its slaves; empty where they cannot be seen (another machine). */
  readonly processes: readonly { readonly cpuUsPerSend: number; readonly residentMiB: number }[];
  /** Share of the measured time in which the generator's loop was not idle, 0 to 1: near 1 the figure may be the generator's, not the broker's. */
  readonly generatorUtilization?: number;
}

/** A run of its own behind all others, under `node --cpu-prof`, which slows it down: no sample comes from it. */
export interface ProfileRun {
  readonly role: Sample['role'];
  readonly load: Extract<LoadShape, { kind: 'closed' }>;
  readonly warmUpSeconds: number;
  readonly measureSeconds: number;
  /** Between two samples of the profile. */
  readonly intervalUs: number;
  readonly sendsPerSecond: number;
  readonly processes: readonly ProcessProfile[];
}

export type ProcessName = 'master' | 'slave';

export interface ProcessProfile {
  readonly name: ProcessName;
  /** Of the measured time. */
  readonly busyUs: number;
  readonly idleUs: number;
  /** Those with the most time of their own. */
  readonly functions: readonly FunctionTimes[];
  readonly frames: readonly FunctionName[];
  /**
   * `0;3;7 1250`: 1250 µs were spent in frame 7, called by 3, called by 0. The largest calls alone; what else a call has called
   * is one frame without a file. Together they are `busyUs`.
   */
  readonly stacks: readonly string[];
}

export interface RoundTripTimes {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly p9999: number;
  readonly max: number;
}
