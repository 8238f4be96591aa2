// updateTopic: creates or changes a topic on one broker or on every master of a cluster. As in Java, the line about
// order has no end of its own.
import { PermName, type TopicConfig } from '@rocketmq-ts/remoting-protocol';
import { type AdminCommand, type CommandContext, optional, required } from '../admin-command.ts';
import { AdminError } from '../../errors.ts';
import { brokerOrCluster, brokersOfCluster } from '../cluster-brokers.ts';

const UNIT = 1;
const UNIT_SUB = 2;

export const updateTopic: AdminCommand = {
  name: 'updateTopic',
  description: 'Update or create topic',
  options: [
    optional('b', 'brokerAddr', 'create topic to which broker'),
    optional('c', 'clusterName', 'create topic to which cluster'),
    required('t', 'topic', 'topic name'),
    optional('r', 'readQueueNums', 'set read queue nums'),
    optional('w', 'writeQueueNums', 'set write queue nums'),
    optional('p', 'perm', "set topic's permission(2|4|6), intro[2:W 4:R; 6:RW]"),
    optional('o', 'order', "set topic's order(true|false)"),
    optional('u', 'unit', 'is unit topic (true|false)'),
    optional('s', 'hasUnitSub', 'has unit sub (true|false)'),
  ],
  async run(context) {
    const config = readTopicConfig(context);
    const target = brokerOrCluster(context);
    if ('brokerAddr' in target) await onBroker(context, target.brokerAddr, config);
    else await onCluster(context, target.clusterName, config);
    context.print(`${topicConfigText(config)}\n`);
  },
};

async function onBroker(context: CommandContext, brokerAddr: string, config: TopicConfig): Promise<void> {
  await context.admin.createAndUpdateTopicConfig(brokerAddr, config);
  if (config.order) {
    const { brokerAddrTable } = await context.admin.examineBrokerClusterInfo();
    const broker = [...brokerAddrTable.values()].find((data) => [...data.brokerAddrs.values()].includes(brokerAddr));
    if (broker === undefined) throw new AdminError('NOT_FOUND', `the name server knows no broker at ${brokerAddr}`);
    const orderConf = `${broker.brokerName}:${config.writeQueueNums}`;
    await context.admin.createOrUpdateOrderConf(config.topicName, orderConf, false);
    context.print(`set broker orderConf. isOrder=true, orderConf=[${orderConf}]`);
  }
  context.print(`create topic to ${brokerAddr} success.\n`);
}

async function onCluster(context: CommandContext, clusterName: string, config: TopicConfig): Promise<void> {
  const brokers = await brokersOfCluster(context, clusterName);
  for (const { brokerName, brokerAddrs } of brokers) {
    const master = brokerAddrs.get(0);
    if (master === undefined) {
      context.warn(`${brokerName} has no master at the moment: it does not get the topic`);
      continue;
    }
    await context.admin.createAndUpdateTopicConfig(master, config);
    context.print(`create topic to ${master} success.\n`);
  }
  if (config.order) {
    const orderConf = brokers.map(({ brokerName }) => `${brokerName}:${config.writeQueueNums}`).join(';');
    await context.admin.createOrUpdateOrderConf(config.topicName, orderConf, true);
    context.print(`set cluster orderConf. isOrder=true, orderConf=[${orderConf}]`);
  }
}

function readTopicConfig(context: CommandContext): TopicConfig {
  return {
    topicName: context.option('t') ?? '',
    readQueueNums: readInt(context, 'r', 8, 1, 65_535),
    writeQueueNums: readInt(context, 'w', 8, 1, 65_535),
    perm: readInt(context, 'p', PermName.READ | PermName.WRITE, 0, 7),
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: (readBoolean(context, 'u') ? UNIT : 0) | (readBoolean(context, 's') ? UNIT_SUB : 0),
    order: readBoolean(context, 'o'),
  };
}

function readInt(context: CommandContext, letter: string, byDefault: number, min: number, max: number): number {
  const text = context.option(letter);
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) throw new AdminError('USAGE', `-${letter} takes a whole number from ${min} to ${max}, not '${text}'`);
  return value;
}

function readBoolean(context: CommandContext, letter: string): boolean {
  const text = context.option(letter)?.toLowerCase() ?? 'false';
  if (text !== 'true' && text !== 'false') throw new AdminError('USAGE', `-${letter} takes true or false, not '${text}'`);
  return text === 'true';
}

/** Source: common/TopicConfig.java toString (4.6.0) */
export function topicConfigText(config: TopicConfig): string {
  const { topicName, readQueueNums, writeQueueNums, perm, topicFilterType, topicSysFlag, order } = config;
  const permText = `${perm & PermName.READ ? 'R' : '-'}${perm & PermName.WRITE ? 'W' : '-'}${perm & PermName.INHERIT ? 'X' : '-'}`;
  return `TopicConfig [topicName=${topicName}, readQueueNums=${readQueueNums}, writeQueueNums=${writeQueueNums}, perm=${permText}, topicFilterType=${topicFilterType}, topicSysFlag=${topicSysFlag}, order=${order}]`;
}
