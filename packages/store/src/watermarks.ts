import { assert } from '@rocketmq-ts/kernel';

/**
 * How far the log has come, as physical offsets. Each mark is the first byte that has not got there:
 *
 *   flushed ≤ written ≤ appended        derived ≤ readable ≤ written        replicaAcked ≤ written
 *
 * All rise; only `appended` falls back to `written`, when a turn's write failed and its records are taken back.
 */
export class Watermarks {
  #appended = 0;
  #written = 0;
  #flushed = 0;
  #readable = 0;
  #derived = 0;
  #replicaAcked = 0;
  #expected = 0;

  /** End of the log in memory. */
  get appended(): number {
    return this.#appended;
  }

  /** Given to the operating system: survives the end of this process. */
  get written(): number {
    return this.#written;
  }

  /** Durable: survives the end of the machine. */
  get flushed(): number {
    return this.#flushed;
  }

  /** May be dispatched and read: nothing before it is taken back by what the configuration protects from. */
  get readable(): number {
    return this.#readable;
  }

  /** In the consume queues. */
  get derived(): number {
    return this.#derived;
  }

  /** Some replica has everything before it. May lie inside a record: replicas of Java's count bytes. */
  get replicaAcked(): number {
    return this.#replicaAcked;
  }

  /** Of a slave: where its master's log ended when it connected. Until `written` is there it is catching up. */
  get expected(): number {
    return this.#expected;
  }

  setExpected(offset: number): void {
    this.#expected = offset;
  }

  /** The log as recovery found it: whole and durable up to `end`. */
  start(end: number): void {
    this.#appended = end;
    this.#written = end;
    this.#flushed = end;
    this.#readable = end;
    this.assertInvariants();
  }

  setAppended(offset: number): void {
    assert(offset >= this.#appended, 'appended rises');
    this.#appended = offset;
    this.assertInvariants();
  }

  /** Takes back what has not been written. */
  rollBack(): void {
    this.#appended = this.#written;
  }

  setWritten(offset: number): void {
    assert(offset >= this.#written, 'written rises');
    this.#written = offset;
    this.assertInvariants();
  }

  setFlushed(offset: number): void {
    assert(offset >= this.#flushed, 'flushed rises');
    this.#flushed = offset;
    this.assertInvariants();
  }

  /** Never falls: what somebody has seen stays visible. */
  raiseReadable(offset: number): void {
    if (offset <= this.#readable) return;
    this.#readable = offset;
    this.assertInvariants();
  }

  setDerived(offset: number): void {
    this.#derived = offset;
    this.assertInvariants();
  }

  setReplicaAcked(offset: number): void {
    assert(offset >= this.#replicaAcked, 'replicaAcked rises');
    this.#replicaAcked = offset;
    this.assertInvariants();
  }

  assertInvariants(): void {
    assert(this.#written <= this.#appended, 'written ≤ appended');
    assert(this.#flushed <= this.#written, 'flushed ≤ written');
    assert(this.#readable <= this.#written, 'readable ≤ written');
    assert(this.#derived <= this.#readable, 'derived ≤ readable');
    assert(this.#replicaAcked <= this.#written, 'replicaAcked ≤ written');
  }
}
