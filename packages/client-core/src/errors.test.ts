import { RemotingConnectError } from '@rocketmq-ts/remoting';
import { describe, expect, it } from 'vitest';
import { isMQError, MQAbortError, MQBrokerError, MQClientError, throwIfAborted } from './errors.ts';

describe('errors', () => {
  it('carry code, hint and what a caller can do', () => {
    const error = new MQClientError('RMQ_NO_ROUTE', 'No route info of this topic: T', { hint: 'Check: x', reason: 'topic-absent', responseCode: 10005 });
    expect(error).toMatchObject({ name: 'MQClientError', code: 'RMQ_NO_ROUTE', hint: 'Check: x', reason: 'topic-absent', responseCode: 10005, retryable: false });
    expect(error.message).toBe('No route info of this topic: T\n  Check: x');
  });

  it('of brokers name code, remark and address, in the words of Java', () => {
    const error = new MQBrokerError(14, 'disk full', '10.0.0.1:10911', 'SERVICE_NOT_AVAILABLE');
    expect(error).toMatchObject({ responseCode: 14, remark: 'disk full', address: '10.0.0.1:10911', retryable: true });
    expect(error.message).toBe('CODE: 14 SERVICE_NOT_AVAILABLE  DESC: disk full (10.0.0.1:10911)');
    expect(new MQBrokerError(16, undefined, 'a:1').retryable).toBe(false);
  });

  it('are recognised across copies by their brand, and the transport’s by their code', () => {
    for (const error of [new MQClientError('RMQ_STATE', 'x'), new MQBrokerError(1, 'x', 'a:1'), new MQAbortError('x'), new RemotingConnectError('a:1', 'x')]) {
      expect(isMQError(error)).toBe(true);
    }
    const foreign = Object.assign(new Error('from another copy'), { [Symbol.for('rocketmq-ts.error')]: true });
    expect(isMQError(foreign)).toBe(true);
    for (const other of [new Error('x'), Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), { code: 'RMQ_STATE' }, undefined]) expect(isMQError(other)).toBe(false);
  });

  it('of an abort have the name of the platform and the reason', () => {
    const controller = new AbortController();
    expect(() => throwIfAborted(controller.signal, 'The send')).not.toThrow();
    controller.abort(new Error('enough'));
    expect(() => throwIfAborted(controller.signal, 'The send')).toThrow(expect.objectContaining({ name: 'AbortError', code: 'RMQ_ABORTED', message: 'The send was aborted' }));
  });
});
