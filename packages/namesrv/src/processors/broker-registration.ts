/**
 * Brokers announce themselves, sign off, and ask whether they have to announce again.
 *
 * Source: namesrv/processor/DefaultRequestProcessor.java (4.6.0)
 */
import type { Clock, Log } from '@rocketmq-ts/kernel';
import type { Connection, Dispatcher } from '@rocketmq-ts/remoting';
import {
  crc32Of,
  createResponse,
  type DataVersion,
  decodeDataVersion,
  decodeRegisterBrokerBody,
  encodeDataVersion,
  encodeKVTable,
  QueryDataVersionRequestHeader,
  QueryDataVersionResponseHeader,
  type RegisterBrokerBody,
  RegisterBrokerRequestHeader,
  RegisterBrokerResponseHeader,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  type TopicConfig,
  UnRegisterBrokerRequestHeader,
} from '@rocketmq-ts/remoting-protocol';
import { type KvConfig, ORDER_TOPIC_NAMESPACE } from '../kv-config.ts';
import { checkAddress, checkName, isName } from '../names.ts';
import { refusalOf } from '../replica-group.ts';
import type { RouteTable } from '../route-table.ts';
import { SeldomLog } from '../seldom-log.ts';

export interface RegistrationPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly table: RouteTable;
  readonly kvConfig: KvConfig;
  /** A registration may take the place of a living broker. */
  isBrokerMoveEnabled(): boolean;
}

/** MQVersion V3_0_11. */
const FILTER_SERVERS_SINCE_VERSION = 37;
const NO_VERSION: DataVersion = { timestamp: 0, counter: 0 };

export function registerBrokerProcessors(dispatcher: Dispatcher, ports: RegistrationPorts): void {
  const { clock, log, table, kvConfig } = ports;
  const seldomLog = new SeldomLog(log, clock);
  dispatcher.register([RequestCode.REGISTER_BROKER], (request, connection) => {
    const header = RegisterBrokerRequestHeader.decode(request.extFields);
    if (!isChecksumRight(request, header.bodyCrc32)) {
      log.warn('a registration was refused: its checksum does not match', { remote: connection.remoteAddress, broker: header.brokerName });
      return createResponse(request, ResponseCode.SYSTEM_ERROR, 'crc32 not match');
    }
    checkName('clusterName', header.clusterName);
    checkName('brokerName', header.brokerName);
    checkAddress('brokerAddr', header.brokerAddr);
    const refusal = refusalOf(table, header, clock.monotonicMs(), ports.isBrokerMoveEnabled());
    if (refusal !== undefined) {
      const offender = JSON.stringify([header.clusterName, header.brokerName, header.brokerId, header.brokerAddr]);
      seldomLog.warn(offender, 'a registration was refused', { remote: connection.remoteAddress, why: refusal });
      return createResponse(request, ResponseCode.SYSTEM_ERROR, refusal);
    }
    const body = decodeRegisterBrokerBody(request.body, { compressed: header.compressed, version: request.version });
    const outcome = table.register(
      {
        clusterName: header.clusterName,
        brokerName: header.brokerName,
        brokerId: header.brokerId,
        brokerAddr: header.brokerAddr,
        haServerAddr: header.haServerAddr,
        dataVersion: body.topicConfigSerializeWrapper.dataVersion,
        topicConfigs: namedTopics(body, header.brokerName, log),
        // Brokers of old don't say which filter servers they have.
        filterServers: request.version < FILTER_SERVERS_SINCE_VERSION ? undefined : body.filterServerList,
      },
      connection,
      clock.monotonicMs(),
    );
    const { brokerName, brokerId, brokerAddr } = header;
    if (outcome.isNewBroker) log.info('new broker registered', { brokerName, brokerId, brokerAddr, haServerAddr: header.haServerAddr });
    const response = createResponse(request, ResponseCode.SUCCESS);
    response.extFields = RegisterBrokerResponseHeader.encode({ haServerAddr: outcome.master?.haServerAddr, masterAddr: outcome.master?.masterAddr });
    const orderTopics = kvConfig.list(ORDER_TOPIC_NAMESPACE);
    if (orderTopics !== undefined) response.body = encodeKVTable(orderTopics);
    return response;
  });

  dispatcher.register([RequestCode.UNREGISTER_BROKER], (request, connection) => {
    const { brokerName, brokerId, brokerAddr, clusterName } = UnRegisterBrokerRequestHeader.decode(request.extFields);
    if (table.unregister({ brokerName, brokerId, brokerAddr, clusterName }, connection)) {
      log.info('broker unregistered', { brokerName, brokerId, brokerAddr });
    } else {
      log.warn('an unregistration was ignored: the broker has registered over another connection since', {
        brokerName,
        brokerAddr,
        remote: connection.remoteAddress,
      });
    }
    return createResponse(request, ResponseCode.SUCCESS);
  });

  dispatcher.register([RequestCode.QUERY_DATA_VERSION], (request) => {
    const { brokerAddr } = QueryDataVersionRequestHeader.decode(request.extFields);
    const theirs = request.body === undefined ? NO_VERSION : decodeDataVersion(request.body);
    const ours = table.dataVersionOf(brokerAddr);
    // A version of which one topic was registered is asked for again: the broker would keep the others to itself.
    const isChanged = !table.hasWhole(brokerAddr, theirs);
    if (!isChanged) table.touch(brokerAddr, clock.monotonicMs());
    const response = createResponse(request, ResponseCode.SUCCESS);
    response.extFields = QueryDataVersionResponseHeader.encode({ changed: isChanged });
    if (ours !== undefined) response.body = encodeDataVersion(ours);
    return response;
  });
}

/** The end of a connection is the end of the brokers behind it. */
export function dropBrokersOf(connection: Connection, table: RouteTable, log: Log): void {
  for (const brokerAddr of table.dropConnection(connection)) {
    log.warn('broker dropped: its connection was closed', { brokerAddr, remote: connection.remoteAddress });
  }
}

function isChecksumRight(request: RemotingCommand, bodyCrc32: number | undefined): boolean {
  if (bodyCrc32 === undefined || bodyCrc32 === 0) return true;
  const { body } = request;
  return (body === undefined ? 0 : crc32Of(body, 0, body.length)) === bodyCrc32;
}

/** Topics whose names can be shown; the others are left out, so that one bad name does not hide a broker. */
function namedTopics(body: RegisterBrokerBody, brokerName: string, log: Log): TopicConfig[] {
  const all = [...body.topicConfigSerializeWrapper.topicConfigTable.values()];
  const named = all.filter((config) => isName(config.topicName));
  if (named.length < all.length) log.warn('topics with impossible names were left out of a registration', { brokerName, count: all.length - named.length });
  return named;
}
