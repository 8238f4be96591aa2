import { describe, expect, it } from 'vitest';
import { withoutNamespace, wrapNamespace } from './namespace.ts';

describe('the namespace rule', () => {
  it.each([
    ['TopicTest', 'ns%TopicTest'],
    ['%RETRY%group', '%RETRY%ns%group'],
    ['%DLQ%group', '%DLQ%ns%group'],
    ['ns%TopicTest', 'ns%TopicTest'],
    ['%RETRY%ns%group', '%RETRY%ns%group'],
    ['rmq_sys_trace', 'rmq_sys_trace'],
    ['CID_RMQ_SYS_TRANS', 'CID_RMQ_SYS_TRANS'],
    ['TBW102', 'TBW102'],
  ])('wraps %s as %s', (resource, wrapped) => {
    expect(wrapNamespace('ns', resource)).toBe(wrapped);
  });

  it.each([
    ['ns%TopicTest', 'TopicTest'],
    ['%RETRY%ns%group', '%RETRY%group'],
    ['%DLQ%ns%group', '%DLQ%group'],
    ['other%TopicTest', 'other%TopicTest'],
    ['TopicTest', 'TopicTest'],
  ])('unwraps %s as %s', (resource, bare) => {
    expect(withoutNamespace('ns', resource)).toBe(bare);
  });

  it('leaves everything alone without a namespace', () => {
    expect(wrapNamespace(undefined, 'T')).toBe('T');
    expect(wrapNamespace('', 'T')).toBe('T');
    expect(withoutNamespace(undefined, 'ns%T')).toBe('ns%T');
  });
});
