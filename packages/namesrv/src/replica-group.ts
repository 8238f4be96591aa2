/**
 * Who may register under a broker name: one broker per id, all of one cluster. Pure.
 *
 * Java differs: it lets the last one that registers win, so that two masters of one name, or two clusters with brokers of
 * the same name, take turns in the routes, and clients find a part of their messages only.
 *
 * A broker counts as alive while its connection is open and it has registered within 120 s. One that restarts at another
 * address is therefore refused only when its former connection never ended (power loss, a cut line): until that has
 * expired, or for as long as `brokerMoveEnable` is off.
 */
import { BROKER_EXPIRY_MS, type BrokerKey, type LiveBroker, type RouteTable } from './route-table.ts';

/** Why a broker is not taken, for the operator; undefined: it is. */
export function refusalOf(table: RouteTable, key: BrokerKey, nowMs: number, isMoveEnabled: boolean): string | undefined {
  const { brokerName, brokerId, brokerAddr, clusterName } = key;
  if (brokerId < 0) return `brokerId ${brokerId} of ${brokerName} (${brokerAddr}) can't be: 0 is the master, slaves have 1, 2, …`;
  const broker = table.brokers.get(brokerName);
  if (broker === undefined || isMoveEnabled) return undefined;
  const alive = (addr: string | undefined): LiveBroker | undefined => {
    const live = addr === undefined || addr === brokerAddr ? undefined : table.live.get(addr);
    return live === undefined || live.lastUpdateMs + BROKER_EXPIRY_MS < nowMs ? undefined : live;
  };
  if (broker.cluster !== clusterName) {
    const other = [...broker.addrs.values()].map(alive).find((live) => live !== undefined);
    if (other === undefined) return undefined;
    return (
      `the broker name ${brokerName} belongs to cluster ${broker.cluster}, where ${other.brokerAddr} is alive, so ${brokerAddr} of cluster ${clusterName} is not taken. ` +
      `Give it another brokerName, or the same brokerClusterName. ${moveHint(other, nowMs)}`
    );
  }
  const other = alive(broker.addrs.get(brokerId));
  if (other === undefined) return undefined;
  return (
    `${brokerName} with brokerId ${brokerId} is alive at ${other.brokerAddr}, so ${brokerAddr} is not taken for it. ` +
    `Give it another brokerName or brokerId (0 is the master, slaves have 1, 2, …). ${moveHint(other, nowMs)}`
  );
}

function moveHint({ brokerAddr, lastUpdateMs }: LiveBroker, nowMs: number): string {
  const silentS = Math.floor((nowMs - lastUpdateMs) / 1000);
  const leftS = Math.ceil((lastUpdateMs + BROKER_EXPIRY_MS - nowMs) / 1000);
  return (
    `If it is meant to take that place: stop ${brokerAddr} first. If that machine is gone without a word (it last registered ${silentS} s ago), ` +
    `it is forgotten in ${leftS} s at the latest, and the next registration succeeds by itself; at once with brokerMoveEnable=true at the name server.`
  );
}
