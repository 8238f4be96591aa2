import { parseProperties } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { withChangedProperties } from './changed-properties.ts';

it('replaces lines, keeps comments and order, and adds what was not there', () => {
  const text = '# my broker\nbrokerName = a\nbrokerPermission=6\n\n! end\n';
  const changed = withChangedProperties(text, new Map([['brokerPermission', '4'], ['traceOn', 'false']]));
  expect(changed).toBe('# my broker\nbrokerName = a\nbrokerPermission=4\n\n! end\ntraceOn=false\n');
});

it('replaces a value that goes over several lines, and every repetition of a key', () => {
  const changed = withChangedProperties('namesrvAddr=a:1;\\\n  b:2\nx=1\nnamesrvAddr=c:3', new Map([['namesrvAddr', 'd:4']]));
  expect(parseProperties(changed).map(({ key, value }) => `${key}=${value}`)).toEqual(['namesrvAddr=d:4', 'x=1', 'namesrvAddr=d:4']);
});

it('makes a text of nothing', () => {
  expect(withChangedProperties('', new Map([['traceOn', 'false']]))).toBe('traceOn=false\n');
  expect(withChangedProperties('x=1', new Map([['traceOn', 'false']]))).toBe('x=1\ntraceOn=false\n');
});
