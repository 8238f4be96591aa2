import { expect, test } from 'vitest';
import { NatsSplitter } from './nats-protocol.ts';

const stream = Buffer.from(
  'INFO {"server_id":"X"}\r\nPING\r\n' +
    'MSG _INBOX.A.0.000042 1 30\r\n{"stream":"BENCHMARK","seq":1}\r\n' +
    'MSG _INBOX.A.0.000007 1 27\r\n{"error":{"code":503}}     \r\n' +
    '+OK\r\nPONG\r\n-ERR \'Authorization Violation\'\r\n',
  'latin1',
);

test.each([1, 5, 17, 1000])('acknowledgements, pings and errors are found in chunks of %i bytes', (size) => {
  const seen: string[] = [];
  const splitter = new NatsSplitter({
    acknowledged: (slot, isStored, text) => seen.push(`${slot} ${isStored} ${isStored ? '' : text().trim()}`),
    ping: () => seen.push('ping'),
    failed: (text) => seen.push(text),
  });
  for (let at = 0; at < stream.length; at += size) splitter.push(stream.subarray(at, at + size));
  expect(seen).toEqual(['ping', '42 true ', '7 false {"error":{"code":503}}', "-ERR 'Authorization Violation'"]);
});
