/** `npx nx run broker:serve`, the README's first command, in this work tree: arguments reach the broker, a signal stops it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { brokerPort, Installation, LIMIT_MS, namesrvPort } from './harness/installation.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
let installation: Installation;
beforeAll(() => {
  installation = new Installation();
});
afterAll(() => installation[Symbol.asyncDispose]());

it.each(['-c', '--configFile'])('takes %s FILE and other arguments, and Ctrl-C stops it in order', async (option) => {
  const listenPort = await brokerPort();
  const nameServer = await namesrvPort();
  const data = join(installation.home, `data ${option}`);
  const file = installation.properties('serve.conf', { listenPort, brokerIP1: '127.0.0.1' });
  const nx = installation.command(join(ROOT, 'node_modules', '.bin', 'nx'), ['run', 'broker:serve', option, file, '--namesrvPort', String(nameServer)], {
    cwd: ROOT,
    env: { ROCKETMQ_DATA: data },
  });
  await nx.waitForOutput(/stop +Ctrl-C\n/, LIMIT_MS);
  expect(nx.output).toContain(`broker       127.0.0.1:${listenPort}\n`);
  expect(nx.output).toContain(`name server  listens on port ${nameServer}, in this process\n`);
  expect(nx.output).toContain(`data         ${join(data, 'store')}\n`);
  const started = readFileSync(join(installation.logFolder, 'broker.log'), 'utf8').length;
  process.kill(nx.pid, 'SIGINT');
  await nx.waitForExit(LIMIT_MS);
  expect(nx.output).not.toMatch(/failed/i);
  // nx may leave a moment before the broker does. Without a terminal it hands SIGINT on as SIGTERM.
  await expect
    .poll(() => readFileSync(join(installation.logFolder, 'broker.log'), 'utf8').slice(started), { timeout: LIMIT_MS })
    .toMatch(/ INFO stopping signal=SIG(INT|TERM)\n[^]* INFO name server stopped\n$/);
});
