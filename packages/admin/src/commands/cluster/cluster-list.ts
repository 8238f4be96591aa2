// clusterList: one line per broker with its rates. Columns as in 4.6.0's ClusterListSubCommand.
import type { BrokerData, KVTable } from '@rocketmq-ts/remoting-protocol';
import { type AdminCommand, type CommandContext, flag, optional } from '../admin-command.ts';
import { left, right } from '../../render/columns.ts';
import { AdminError } from '../../errors.ts';

const BASE = ['#Cluster Name', '#Broker Name', '#BID', '#Addr', '#Version', '#InTPS(LOAD)', '#OutTPS(LOAD)', '#PCWait(ms)', '#Hour', '#SPACE'] as const;
const MORE = ['#Cluster Name', '#Broker Name', '#InTotalYest', '#OutTotalYest', '#InTotalToday', '#OutTotalToday'] as const;

export const clusterList: AdminCommand = {
  name: 'clusterList',
  description: 'List all of clusters',
  options: [flag('m', 'moreStats', 'Print more stats'), optional('i', 'interval', 'specify intervals numbers, it is in seconds')],
  async run(context) {
    const periodMs = readPeriod(context.option('i'));
    const printOnce = context.flag('m') ? printMoreStats : printBaseInfo;
    do {
      await printOnce(context);
    } while (periodMs !== undefined && (await context.pause(periodMs)));
  },
};

function readPeriod(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1) throw new AdminError('USAGE', `-i takes a whole number of seconds, not '${text}'`);
  return seconds * 1000;
}

interface ClusterRow {
  readonly clusterName: string;
  readonly brokerName: string;
  readonly brokerId: number;
  readonly address: string;
}

async function rows(context: CommandContext): Promise<ClusterRow[]> {
  const info = await context.admin.examineBrokerClusterInfo();
  return [...info.clusterAddrTable].flatMap(([clusterName, brokerNames]) =>
    [...brokerNames].sort().flatMap((brokerName) => addresses(info.brokerAddrTable.get(brokerName)).map(([brokerId, address]) => ({ clusterName, brokerName, brokerId, address }))),
  );
}

function addresses(broker: BrokerData | undefined): [number, string][] {
  return [...(broker?.brokerAddrs ?? [])].sort(([a], [b]) => a - b);
}

/** A broker that does not answer still has its line; the reason is told beside the table. */
async function runtimeInfo(context: CommandContext, address: string): Promise<KVTable['table']> {
  try {
    return (await context.admin.fetchBrokerRuntimeStats(address)).table;
  } catch (error) {
    context.warn(`${address} does not answer: ${error instanceof Error ? error.message : String(error)}`);
    return new Map();
  }
}

function baseLine(cells: readonly (string | number)[]): string {
  const widths = [-16, -22, -4, -22, -16, 19, 19, 10, 5, 6];
  const gaps = ['  ', '  ', '  ', ' ', ' ', ' ', ' ', ' ', ' ', '\n'];
  return cells.map((cell, i) => ((widths[i] ?? 0) < 0 ? left(cell, -(widths[i] ?? 0)) : right(cell, widths[i] ?? 0)) + (gaps[i] ?? '')).join('');
}

async function printBaseInfo(context: CommandContext): Promise<void> {
  const brokers = await rows(context);
  context.print(baseLine(BASE));
  for (const { clusterName, brokerName, brokerId, address } of brokers) {
    const info = await runtimeInfo(context, address);
    const load = (tps: string, queue: 'send' | 'pull') =>
      `${right(firstNumber(info.get(tps)).toFixed(2), 9)}(${info.get(`${queue}ThreadPoolQueueSize`) ?? ''},${info.get(`${queue}ThreadPoolQueueHeadWaitTimeMills`) ?? ''}ms)`;
    const earliest = info.get('earliestMessageTimeStamp');
    const hour = earliest === undefined || earliest === '' ? 0 : (context.clock.wallMs() - Number(earliest)) / 3_600_000;
    context.print(
      baseLine([
        clusterName,
        brokerName,
        brokerId,
        address,
        info.get('brokerVersionDesc') ?? '',
        load('putTps', 'send'),
        load('getTransferedTps', 'pull'),
        info.get('pageCacheLockTimeMills') ?? '',
        hour.toFixed(2),
        Number(info.get('commitLogDiskRatio') ?? 0).toFixed(4),
      ]),
    );
  }
}

function firstNumber(rates: string | undefined): number {
  return Number(rates?.split(' ')[0] ?? 0) || 0;
}

function moreLine([cluster, broker, ...totals]: readonly (string | number)[]): string {
  return `${left(cluster ?? '', 16)}  ${left(broker ?? '', 32)} ${totals.map((total) => right(total, 14)).join(' ')}\n`;
}

async function printMoreStats(context: CommandContext): Promise<void> {
  const brokers = await rows(context);
  context.print(moreLine(MORE));
  for (const { clusterName, brokerName, address } of brokers) {
    const info = await runtimeInfo(context, address);
    const between = (to: string, from: string) => Number(info.get(to) ?? 0) - Number(info.get(from) ?? 0);
    context.print(
      moreLine([
        clusterName,
        brokerName,
        between('msgPutTotalTodayMorning', 'msgPutTotalYesterdayMorning'),
        between('msgGetTotalTodayMorning', 'msgGetTotalYesterdayMorning'),
        between('msgPutTotalTodayNow', 'msgPutTotalTodayMorning'),
        between('msgGetTotalTodayNow', 'msgGetTotalTodayMorning'),
      ]),
    );
  }
}
