import type { Env } from '@rocketmq-ts/kernel';
import { encodeKVTable, MQ_VERSION_4_6_0, MQ_VERSION_NAMES, RequestCode } from '@rocketmq-ts/remoting-protocol';
import type { RequestHandler } from '@rocketmq-ts/remoting';
import type { StoreAdmin } from '@rocketmq-ts/store';

import type { LiveSettings } from '../../settings.ts';
import type { BrokerStats } from '../../stats/broker-stats.ts';
import { bodyResponse } from './body-response.ts';

export interface RuntimePorts {
  readonly env: Pick<Env, 'clock' | 'disk'>;
  readonly live: LiveSettings;
  readonly facts: RuntimeFacts;
  readonly admin: StoreAdmin;
  readonly stats: BrokerStats;
}

/** Settings that are shown as they are. */
export interface RuntimeFacts {
  readonly storePathRootDir: string;
  readonly sendThreadPoolQueueCapacity: number;
  readonly pullThreadPoolQueueCapacity: number;
  readonly queryThreadPoolQueueCapacity: number;
  readonly endTransactionPoolQueueCapacity: number;
}

/** Request 28. Source: broker/processor/AdminBrokerProcessor.java prepareRuntimeInfo (4.6.0) */
export function runtimeHandlers(ports: RuntimePorts): ReadonlyMap<number, RequestHandler> {
  return new Map<number, RequestHandler>([
    [RequestCode.GET_BROKER_RUNTIME_INFO, (request) => bodyResponse(request, encodeKVTable({ table: runtimeInfo(ports) }))],
  ]);
}

export function runtimeInfo(ports: RuntimePorts): Map<string, string> {
  const values = { ...identityInfo(ports), ...dayInfo(ports), ...queueInfo(ports), ...storeInfo(ports), ...ports.stats.rates.texts() };
  return new Map(Object.entries(values).map(([key, value]) => [key, String(value)]));
}

function identityInfo({ env, live, stats }: RuntimePorts): Record<string, string | number> {
  return {
    bootTimestamp: stats.bootWallMs,
    runtime: durationText(env.clock.wallMs() - stats.bootWallMs),
    brokerVersion: MQ_VERSION_4_6_0,
    brokerVersionDesc: MQ_VERSION_NAMES[MQ_VERSION_4_6_0] ?? '',
    startAcceptSendRequestTimeStamp: live.startAcceptSendRequestTimeStamp,
  };
}

function dayInfo({ admin, stats }: RuntimePorts): Record<string, number> {
  const { yesterdayMorning, todayMorning } = stats.days;
  return {
    msgPutTotalYesterdayMorning: yesterdayMorning.put,
    msgPutTotalTodayMorning: todayMorning.put,
    msgPutTotalTodayNow: admin.stats.putTimesTotal,
    msgGetTotalYesterdayMorning: yesterdayMorning.get,
    msgGetTotalTodayMorning: todayMorning.get,
    msgGetTotalTodayNow: admin.stats.getTransferredMessages,
  };
}

/** There are no thread pools here, so nothing waits in front of them; the capacities are what was configured. */
function queueInfo({ facts }: RuntimePorts): Record<string, number> {
  return {
    sendThreadPoolQueueSize: 0,
    sendThreadPoolQueueCapacity: facts.sendThreadPoolQueueCapacity,
    sendThreadPoolQueueHeadWaitTimeMills: 0,
    pullThreadPoolQueueSize: 0,
    pullThreadPoolQueueCapacity: facts.pullThreadPoolQueueCapacity,
    pullThreadPoolQueueHeadWaitTimeMills: 0,
    queryThreadPoolQueueSize: 0,
    queryThreadPoolQueueCapacity: facts.queryThreadPoolQueueCapacity,
    queryThreadPoolQueueHeadWaitTimeMills: 0,
    EndTransactionQueueSize: 0,
    EndTransactionThreadPoolQueueCapacity: facts.endTransactionPoolQueueCapacity,
    pageCacheLockTimeMills: 0,
    dispatchMaxBuffer: 0,
  };
}

const INT_MAX = 2_147_483_647;

function storeInfo({ env, admin, facts, stats }: RuntimePorts): Record<string, string | number> {
  const { totalBytes, freeBytes } = env.disk.usage(facts.storePathRootDir);
  const puts = Math.max(1, admin.stats.putTimesTotal);
  return {
    dispatchBehindBytes: admin.maxPhysicalOffset - admin.derivedOffset,
    earliestMessageTimeStamp: admin.earliestStoreTimestamp,
    // Java's answer when its transient pool is off, as it always is here.
    remainTransientStoreBufferNumbs: INT_MAX,
    remainHowManyDataToCommit: byteText(0),
    remainHowManyDataToFlush: byteText(admin.maxPhysicalOffset - admin.flushedOffset),
    commitLogDirCapacity: `Total : ${byteText(totalBytes)}, Free : ${byteText(freeBytes)}.`,
    putMessageEntireTimeMax: Math.round(admin.stats.putEntireTimeMax),
    putMessageTimesTotal: puts,
    putMessageSizeTotal: admin.stats.putSizeTotal,
    putMessageAverageSize: doubleText(admin.stats.putSizeTotal / puts),
    putMessageDistributeTime: stats.putTimes.text(),
    getMessageEntireTimeMax: Math.round(admin.stats.getEntireTimeMax),
    commitLogDiskRatio: doubleText(admin.commitLogDiskRatio),
    consumeQueueDiskRatio: doubleText(admin.consumeQueueDiskRatio),
    commitLogMinOffset: admin.minPhysicalOffset,
    commitLogMaxOffset: admin.maxPhysicalOffset,
  };
}

/** `[ 0 days, 1 hours, 2 minutes, 3 seconds ]` */
function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  return `[ ${days} days, ${hours} hours, ${minutes} minutes, ${seconds % 60} seconds ]`;
}

/** `252.0 GiB`. Source: common/MixAll.java humanReadableByteCount (4.6.0) */
function byteText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const exponent = Math.min(6, Math.floor(Math.log(bytes) / Math.log(1024)));
  return `${(bytes / 1024 ** exponent).toFixed(1)} ${'KMGTPE'[exponent - 1]}iB`;
}

function doubleText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
