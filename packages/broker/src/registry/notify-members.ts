import type { Turn, TurnTask } from '@rocketmq-ts/kernel';
import { RemotingCommand, RequestCode } from '@rocketmq-ts/remoting-protocol';
import type { Connection } from '@rocketmq-ts/remoting';

/**
 * Tells the members of changed groups to rebalance (NOTIFY_CONSUMER_IDS_CHANGED, oneway): once per group, member and
 * turn, however many joined or left in it. Java sends one per change.
 */
export class MemberNotifier implements TurnTask {
  readonly #turn: Turn;
  readonly #pending = new Map<string, Set<Connection>>();
  #isRegistered = false;

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /** The members at the time of the last change of the turn are those who hear of it. */
  groupChanged(group: string, members: Iterable<Connection>): void {
    this.#pending.set(group, new Set(members));
    if (this.#isRegistered) return;
    this.#isRegistered = true;
    this.#turn.work(this);
  }

  runTurn(): void {
    this.#isRegistered = false;
    for (const [group, members] of this.#pending) {
      for (const connection of members) {
        const command = new RemotingCommand(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, new Map([['consumerGroup', group]]));
        command.markOneway();
        connection.oneway(command);
      }
    }
    this.#pending.clear();
  }
}
