// Each lint net is shown a small offence that it must catch, and one allowed neighbour that it must let pass.
import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

async function complaints(file: string, code: string): Promise<string[]> {
  const eslint = new ESLint({ cwd: root });
  const [result] = await eslint.lintText(code, { filePath: `${root}${file}` });
  return (result?.messages ?? []).map((m) => `${m.ruleId}: ${m.message}`);
}

beforeAll(async () => {
  process.env['NX_DAEMON'] = 'false';
  await createProjectGraphAsync({ exitOnError: false, resetDaemonClient: true });
}, 60_000);

describe('who may import whom', () => {
  it.each([
    ['packages/broker/src/x.ts', '@rocketmq-ts/client-core', 'layer:broker'],
    ['packages/client-producer/src/x.ts', '@rocketmq-ts/client-consumer', 'same|layer:client|Circular'],
    ['packages/client-core/src/x.ts', '@rocketmq-ts/store', 'layer:client-core'],
    ['packages/namesrv/src/x.ts', '@rocketmq-ts/store', 'layer:namesrv'],
    ['packages/remoting-protocol/src/x.ts', '@rocketmq-ts/remoting', 'layer:protocol|Circular'],
    ['packages/kernel/src/x.ts', '@rocketmq-ts/testkit', 'layer:kernel|Circular'],
  ])('%s may not import %s', async (file, target, expected) => {
    const found = await complaints(file, `import { x } from '${target}';\nexport const y = x;\n`);
    expect(found.join('\n')).toMatch(new RegExp(`enforce-module-boundaries: .*(${expected})`));
  });

  it('the broker may import the store, and its tests the test kit', async () => {
    expect(await complaints('packages/broker/src/x.ts', `import type { MessageStore } from '@rocketmq-ts/store';\nexport type Y = MessageStore;\n`)).toEqual([]);
    expect(await complaints('packages/broker/src/x.test.ts', `import { x } from '@rocketmq-ts/testkit';\nexport const y = x;\n`)).toEqual([]);
    expect((await complaints('packages/broker/src/x.ts', `import { x } from '@rocketmq-ts/testkit';\nexport const y = x;\n`)).join()).toContain('layer:broker');
  });

  it.each(['kernel', 'remoting-protocol', 'store'])('%s takes no npm package', async (name) => {
    const found = await complaints(`packages/${name}/src/x.ts`, `import roll from 'pino-roll';\nexport const y = roll;\n`);
    expect(found.join('\n')).toMatch(/enforce-module-boundaries/);
  });
});

describe('the outside world is reached through the seams', () => {
  it.each([
    [`import { readFileSync } from 'node:fs';\nexport const y = readFileSync;\n`, 'no-restricted-imports'],
    [`import net from 'net';\nexport const y = net;\n`, 'no-restricted-imports'],
    [`export const y = Date.now();\n`, 'no-restricted-properties'],
    [`export const y = new Date();\n`, 'no-restricted-syntax'],
    [`export const y = Math.random();\n`, 'no-restricted-properties'],
    [`setTimeout(() => {}, 1);\n`, 'no-restricted-globals'],
    [`console.log('x');\n`, 'no-restricted-globals'],
    [`export const y = process.pid;\n`, 'no-restricted-globals'],
  ])('%s is refused in the store and allowed in kernel/src/node', async (code, rule) => {
    expect((await complaints('packages/store/src/x.ts', code)).join('\n')).toContain(rule);
    expect(await complaints('packages/kernel/src/node/x.ts', code)).toEqual([]);
  });
});
