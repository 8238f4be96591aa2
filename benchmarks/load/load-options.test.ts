import { expect, test } from 'vitest';
import { HELP, type LoadCommand, parseLoadCommand } from './load-options.ts';

const parse = (text: string): LoadCommand => parseLoadCommand(text.split(' ')) as LoadCommand;

test('an address is enough: a closed loop of 4 × 16 sends of 128 B for ten seconds after five', () => {
  expect(parse('--broker 127.0.0.1:10911')).toMatchObject({
    mode: 'send',
    through: 'frames',
    broker: { host: '127.0.0.1', port: 10911 },
    connections: 4,
    inFlight: 16,
    perSecond: undefined,
    bodyBytes: 128,
    waitStoreMsgOk: true,
    warmUpSeconds: 5,
    measureSeconds: 10,
  });
});

test('an open loop has a rate; sizes may be in KiB; nx hands -- on', () => {
  const command = parse('-- --namesrv a:9876;b:9876 --rate 2500 --size 64K --no-wait --quick --pid 12,13');
  expect(command).toMatchObject({ namesrvAddr: 'a:9876;b:9876', perSecond: 2500, bodyBytes: 65_536, waitStoreMsgOk: false, warmUpSeconds: 1, measureSeconds: 2, pids: [12, 13] });
});

test('an IPv6 address stands in brackets', () => {
  expect(parse('--broker [::1]:10911').broker).toEqual({ host: '::1', port: 10911 });
});

test.each([
  ['--quick', 'where to: give --broker HOST:PORT or --namesrv ADDR'],
  ['--broker a:1 --namesrv b:2', 'one of them'],
  ['--broker localhost', '--broker localhost: HOST:PORT'],
  ['--broker a:70000', '--broker a:70000: HOST:PORT'],
  ['--broker a:1 --through sdk', '--through sdk finds its brokers by --namesrv'],
  ['--broker a:1 --mode sned', '--mode sned: one of send, consume, mixed'],
  ['--broker a:1 --rate 5 --in-flight 3', '--rate and --in-flight'],
  ['--broker a:1 --rate 5 --mode consume', '--rate is for sends'],
  ['--broker a:1 --rate -5', "'--rate' argument is ambiguous"],
  ['--broker a:1 --rate=0', '--rate 0: a number from 0.1'],
  ['--broker a:1 --connections 1.5', '--connections 1.5: a whole number from 1 to 20000'],
  ['--broker a:1 --size 5M', '--size 5M: a whole number from 8 to 4194304'],
  ['--broker a:1 --size 4', '--size 4: a whole number from 8 to 4194304'],
  ['--broker a:1 --seconds 0', '--seconds 0: a number from 0.1'],
  ['--broker a:1 --quick --seconds 5', '--quick says how long'],
  ['--broker a:1 --pid x', '--pid x: a whole number'],
  ['--broker a:1 --wat', "Unknown option '--wat'"],
])('%s is refused: %s', (text, why) => {
  expect(() => parse(text)).toThrow(why);
});

test('help names every option', () => {
  expect(parseLoadCommand(['--help'])).toBe('help');
  for (const option of ['broker', 'namesrv', 'topic', 'topics', 'queues', 'mode', 'through', 'connections', 'in-flight', 'rate', 'size', 'no-wait', 'consumers', 'group', 'pull-batch', 'seconds', 'warm-up', 'quick', 'pid', 'json']) {
    expect(HELP).toContain(`--${option} `);
  }
});
