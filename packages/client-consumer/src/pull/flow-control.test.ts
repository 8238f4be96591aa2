import { subscriptionDataOf } from '@rocketmq-ts/remoting-protocol';
import { describe, expect, it } from 'vitest';
import { flowObstacle, thresholdPerQueue } from './flow-control.ts';
import { matchesTags } from './tag-filter.ts';

const limits = { pullThresholdForQueue: 1000, pullThresholdSizeForQueue: 100, consumeConcurrentlyMaxSpan: 2000 };
const MIB = 1024 * 1024;

describe('flow control', () => {
  it.each([
    [{ count: 1000, sizeBytes: 100 * MIB, span: 2000 }, undefined],
    [{ count: 1001, sizeBytes: 0, span: 0 }, 'count'],
    [{ count: 1, sizeBytes: 101 * MIB - 1, span: 0 }, undefined],
    [{ count: 1, sizeBytes: 101 * MIB, span: 0 }, 'size'],
    [{ count: 2, sizeBytes: 0, span: 2001 }, 'span'],
  ])('of %j says %s', (state, obstacle) => {
    expect(flowObstacle(state, limits)).toBe(obstacle);
  });

  it('divides a limit of the topic among the queues', () => {
    expect(thresholdPerQueue(-1, 4, 1000)).toBe(1000);
    expect(thresholdPerQueue(100, 0, 1000)).toBe(1000);
    expect(thresholdPerQueue(100, 3, 1000)).toBe(33);
    expect(thresholdPerQueue(2, 3, 1000)).toBe(1);
  });
});

describe('the second filter by tag', () => {
  it('compares the tag itself: Aa and BB have one hash', () => {
    const subscription = subscriptionDataOf('T', 'Aa || C');
    expect(matchesTags({ properties: new Map<string, string>([['TAGS', 'Aa']]) }, subscription)).toBe(true);
    expect(matchesTags({ properties: new Map<string, string>([['TAGS', 'BB']]) }, subscription)).toBe(false);
    expect(matchesTags({ properties: new Map<string, string>() }, subscription)).toBe(false);
  });

  it('lets everything through for *, and for SQL', () => {
    expect(matchesTags({ properties: new Map<string, string>() }, subscriptionDataOf('T', '*'))).toBe(true);
    expect(matchesTags({ properties: new Map<string, string>() }, { ...subscriptionDataOf('T', '*'), subString: 'a > 1', expressionType: 'SQL92' })).toBe(true);
  });
});
