import { MQAbortError, MQBrokerError, MQClientError } from '@rocketmq-ts/client-core';
import { RemotingConnectError, RemotingTimeoutError } from '@rocketmq-ts/remoting';
import { describe, expect, it } from 'vitest';
import { finalHint, finalResponseCode, mayTryAgain } from './retry-policy.ts';

const answered = (code: number): MQBrokerError => new MQBrokerError(code, 'x', 'a:1');

describe('another attempt', () => {
  it.each([1, 14, 16, 17, 204, 205])('is made after answer %d', (code) => {
    expect(mayTryAgain(answered(code))).toBe(true);
    expect(finalResponseCode(answered(code))).toBe(code);
  });

  it.each([2, 3, 13, 26, 500])('is not made after answer %d', (code) => {
    expect(mayTryAgain(answered(code))).toBe(false);
  });

  it.each([
    [new RemotingConnectError('a:1', 'refused'), true, 10001],
    [new RemotingTimeoutError('a:1', 310, 3000, 'answer'), true, 10002],
    [new MQClientError('RMQ_NO_BROKER', 'x'), true, 10003],
    [new MQClientError('RMQ_OPTION', 'x'), false, undefined],
    [new MQAbortError('x'), false, undefined],
    [new TypeError('a defect'), false, undefined],
  ])('after %s: %s', (error, again, code) => {
    expect(mayTryAgain(error)).toBe(again);
    expect(finalResponseCode(error)).toBe(code);
  });
});

it('the hint of a connection that fails names the broker’s registered address', () => {
  expect(finalHint(new RemotingConnectError('a:1', 'x'), 'T')).toContain('brokerIP1');
  expect(finalHint(answered(14), 'T')).toContain('disk is full');
  expect(finalHint(answered(1), 'T')).toBeUndefined();
});
