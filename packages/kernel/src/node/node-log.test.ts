import { describe, expect, it } from 'vitest';
import { NetError } from '../errors.ts';
import { createLineLog } from './node-log.ts';

const at = new Date(2024, 4, 1, 9, 8, 7, 6).getTime();
const clock = { wallMs: () => at, monotonicMs: () => 0 };

function setUp(level?: 'debug' | 'warn') {
  const lines: string[] = [];
  return { lines, log: createLineLog((line) => void lines.push(line), level === undefined ? { clock } : { clock, level }) };
}

describe('line log', () => {
  it('writes one line with stamp, level, sentence and facts', () => {
    const { lines, log } = setUp();
    log.info('Listening', { port: 10911, host: '127.0.0.1', embedded: true, missing: undefined });
    expect(lines).toEqual(['2024-05-01 09:08:07,006 INFO Listening port=10911 host=127.0.0.1 embedded=true']);
  });

  it('leaves out what is below its level', () => {
    const { lines, log } = setUp('warn');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines.map((line) => line.slice(24))).toEqual(['WARN c', 'ERROR d']);
  });

  it('lets nothing from outside end a line, colour a terminal or pretend to be a field', () => {
    const { lines, log } = setUp();
    log.warn('Refused a\nname', { topic: 'x\r\n2024 INFO fake \u001b[31m\u009b\u2028', group: 'a b="c"', path: 'C:\\x', empty: '' });
    expect(lines[0]?.slice(24)).toBe(
      'WARN Refused a\\nname topic="x\\r\\n2024 INFO fake \\u001b[31m\\u009b\\u2028" group="a b=\\"c\\"" path=C:\\\\x empty=""',
    );
  });

  it('shows the stack of an error at debug level only, and its cause always', () => {
    const error = new NetError('EPIPE', '1.2.3.4:5', 'cannot talk', new Error('write EPIPE'));
    const plain = setUp();
    plain.log.error('Lost', { error });
    expect(plain.lines[0]?.slice(24)).toBe('ERROR Lost error="NetError: cannot talk (write EPIPE)"');
    const debug = setUp('debug');
    debug.log.error('Lost', { error });
    expect(debug.lines[0]).toMatch(/NetError: cannot talk\\n +at /);
    expect(debug.lines[0]).not.toContain('\n');
  });
});
