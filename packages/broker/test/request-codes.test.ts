import { readFileSync } from 'node:fs';

import { RequestCode, ResponseCode } from '@rocketmq-ts/remoting-protocol';
import { expect, it } from 'vitest';

import { BrokerWorld } from './broker-world.ts';

const text = readFileSync(new URL('../../../docs/REQUEST-CODES.md', import.meta.url), 'utf8');

/** Rows `| code | name |` of the section with this title. */
function rowsOf(title: string): Map<number, string> {
  const section = text.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  return new Map([...section.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map(([, code, name]) => [Number(code), name ?? '']));
}

function codesOf(title: string): number[] {
  const section = text.split(`## ${title}\n`)[1]?.split(/`|\. /)[0] ?? '';
  return [...section.matchAll(/\b\d+\b/g)].map(([code]) => Number(code));
}

it('docs/REQUEST-CODES.md names every code once, by its name, and the broker answers exactly those it says', async () => {
  const answered = rowsOf('Answered by the broker');
  const later = rowsOf("Known to 4.6.0's broker, not answered yet");
  const others = [...codesOf('Answered by the name server'), ...codesOf('Declared by 4.6.0 and handled by nothing, there as here'), 39, 40, 220, 221, 326];
  expect([...answered.keys(), ...later.keys(), ...others].sort((a, b) => a - b)).toEqual(Object.values(RequestCode).sort((a, b) => a - b));

  const world = await new BrokerWorld().start();
  for (const [name, code] of Object.entries(RequestCode)) {
    const answer = await world.ask(code);
    expect([code, answer.code !== ResponseCode.REQUEST_CODE_NOT_SUPPORTED]).toEqual([code, answered.has(code)]);
    if (answered.has(code) || later.has(code)) expect(answered.get(code) ?? later.get(code)).toBe(name);
  }
  await world.stop();
});
