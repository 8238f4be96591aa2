import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { KV_PATH, NamesrvWorld } from '../test/client.ts';
import { SCENARIO } from '../test/golden/scenario.ts';
import { readTextFile } from './atomic-file.ts';

interface Answer {
  readonly name: string;
  readonly code: number;
  readonly remark?: string;
  readonly extFields?: Record<string, string>;
  readonly body?: string;
}

const golden = JSON.parse(readFileSync(new URL('../test/golden/answers.json', import.meta.url), 'utf8')) as {
  kvConfigFile: string;
  answers: Answer[];
};

describe('asked what Java’s name server was asked, ours answers the same', () => {
  const answers = new Map<string, Answer>();
  const world = new NamesrvWorld();

  beforeAll(async () => {
    await world.start();
    for (const step of SCENARIO) {
      if ('closes' in step) {
        await world.close(step.closes);
        continue;
      }
      const { code, remark, extFields, body } = await world.ask(step);
      answers.set(step.name, {
        name: step.name,
        code,
        ...(remark === undefined ? {} : { remark }),
        ...(extFields === undefined || extFields.size === 0 ? {} : { extFields: Object.fromEntries(extFields) }),
        ...(body === undefined ? {} : { body: body.toString('utf8') }),
      });
    }
  });

  it('has an answer to every question', () => {
    expect([...answers.keys()]).toEqual(golden.answers.map(({ name }) => name));
  });

  it.each(golden.answers.map((answer) => [answer.name, answer] as const))('%s', (name, answer) => {
    expect(answers.get(name)).toEqual(answer);
  });

  it('and leaves the same kvConfig.json', () => {
    expect(readTextFile(world.env.disk, KV_PATH)).toBe(golden.kvConfigFile);
  });
});
