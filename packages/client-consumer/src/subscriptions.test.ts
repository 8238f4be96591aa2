import { expect, it } from 'vitest';
import { Subscriptions } from './subscriptions.ts';

it('subscriptions carry the namespace, and versions that only grow', () => {
  const subscriptions = new Subscriptions('ns');
  expect(subscriptions.set('T', 'A || B', 1000)).toBe('ns%T');
  subscriptions.addRetryTopic('ns%g', 1000);
  expect([...subscriptions.topics()]).toEqual(['ns%T', '%RETRY%ns%g']);
  expect(subscriptions.get('ns%T')).toMatchObject({ topic: 'ns%T', subString: 'A || B', subVersion: 1000, expressionType: 'TAG' });
  subscriptions.bump('ns%T', 5000);
  expect(subscriptions.get('ns%T')!.subVersion).toBe(5000);
  subscriptions.bump('ns%T', 10);
  expect(subscriptions.get('ns%T')!.subVersion).toBe(5001);
  expect(subscriptions.delete('T')).toBe(true);
  expect(subscriptions.delete('T')).toBe(false);
  expect(subscriptions.get('ns%T')).toBeUndefined();
});
