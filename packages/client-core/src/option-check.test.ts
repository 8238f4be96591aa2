import { describe, expect, it } from 'vitest';
import { checkOptions, nearestName, rules } from './option-check.ts';

const known = { sendMsgTimeout: rules.integer(1, 100), flag: rules.flag, name: rules.text, run: rules.func, mode: rules.oneOf(['A', 'B']), box: rules.object };
const check = (given: unknown) => () => checkOptions('Thing', given, known);

describe('options', () => {
  it('that are right pass, undefined counts as absent', () => {
    expect(check({ sendMsgTimeout: 3, flag: false, name: 'x', run: () => 1, mode: 'B', box: {} })).not.toThrow();
    expect(check({ sendMsgTimeout: undefined })).not.toThrow();
  });

  it.each([
    [{ sendMsgTimeout: 0 }, 'Thing: sendMsgTimeout: a whole number in [1, 100] is needed, not 0'],
    [{ sendMsgTimeout: '3' }, 'not "3"'],
    [{ sendMsgTimeout: 1.5 }, 'not 1.5'],
    [{ flag: 'yes' }, 'true or false is needed'],
    [{ name: ' ' }, 'a non-blank string is needed'],
    [{ run: 1 }, 'a function is needed'],
    [{ mode: 'C' }, 'one of A, B is needed'],
    [{ box: null }, 'an object is needed'],
    [{ sendMsgTimout: 3 }, "there is no option 'sendMsgTimout'\n  Did you mean 'sendMsgTimeout'?"],
    [{ somethingElse: 3 }, 'Known options: sendMsgTimeout, flag'],
    [{ constructor: 3 }, "there is no option 'constructor'"],
    [undefined, 'an object of options is needed, not undefined'],
    [[], 'an object of options is needed'],
  ])('%j is refused with its name', (given, text) => {
    expect(check(given)).toThrow(expect.objectContaining({ code: 'RMQ_OPTION', message: expect.stringContaining(text) }));
  });

  it('a slip is one of few edits', () => {
    expect(nearestName('producergroup', ['producerGroup', 'consumerGroup'])).toBe('producerGroup');
    expect(nearestName('xyz', ['producerGroup'])).toBeUndefined();
  });
});
