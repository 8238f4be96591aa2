import type { Conn } from '@rocketmq-ts/kernel';
import { RemotingCommand } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';
import { Outbox } from './outbox.ts';
import { WriterPool } from './writer-pool.ts';

/** A socket that lets us see what it was given, and whose system takes it or does not. */
function setUp() {
  const given: Buffer[] = [];
  const conn = {
    pendingBytes: 0,
    write(chunks: Buffer[]) {
      given.push(...chunks);
      return true;
    },
  };
  const outbox = new Outbox(conn as unknown as Conn, new WriterPool());
  const send = (remark: string): void => {
    const command = new RemotingCommand(0);
    command.remark = remark;
    outbox.append(command);
    outbox.flush();
  };
  return { conn, given, send };
}

it('writes into the same memory again when the system has taken the bytes', () => {
  const { given, send } = setUp();
  send('first');
  send('second');
  expect(given[1]?.buffer).toBe(given[0]?.buffer);
  expect(given[1]?.byteOffset).toBe(given[0]?.byteOffset);
});

it('leaves alone what the socket still holds', () => {
  const { conn, given, send } = setUp();
  conn.pendingBytes = 1;
  send('first');
  send('second');
  conn.pendingBytes = 0;
  send('third');
  expect(given.map((bytes) => /first|second|third/.exec(bytes.toString('latin1'))?.[0])).toEqual(['first', 'second', 'third']);
});

it('keeps no memory of a writer that has grown large', () => {
  const { given, send } = setUp();
  send('x'.repeat(300_000));
  send('small');
  expect(given[1]?.buffer).not.toBe(given[0]?.buffer);
});
