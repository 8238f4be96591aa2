import { createSimulation } from '@rocketmq-ts/kernel/sim';
import { expect, it } from 'vitest';
import { TypedEvents } from './events.ts';

function make() {
  const host = createSimulation(1).host('a');
  return { log: host.log, events: new TypedEvents<{ error: Error; thing: number }>(host.env.log) };
}

it('listeners hear until they are taken off, also when another one throws', () => {
  const { events, log } = make();
  const heard: number[] = [];
  const listener = (n: number): void => void heard.push(n);
  events.on('thing', () => {
    throw new Error('bad listener');
  });
  events.on('thing', listener);
  events.emit('thing', 1);
  events.off('thing', listener);
  events.emit('thing', 2);
  expect(heard).toEqual([1]);
  expect(log.entries.filter((entry) => entry.level === 'error')).toHaveLength(2);
});

it('an error nobody listens to is logged and does not throw', () => {
  const { events, log } = make();
  events.emit('error', new Error('alone'));
  expect(log.entries.map((entry) => entry.level)).toEqual(['warn']);
  events.on('error', () => undefined);
  events.emit('error', new Error('heard'));
  expect(log.entries).toHaveLength(1);
});
