// mqbroker: a broker with the options, files and words of 4.6.0's; or, with the word `serve`, a broker and a name server
// in one process with their data in the workspace.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type Broker, brokerConfigText, type BrokerSettings, brokerSettingsOf, createBroker } from '@rocketmq-ts/broker';
import type { Env } from '@rocketmq-ts/kernel';
import { createNodeEnv } from '@rocketmq-ts/kernel/node';
import { dataFolderOf, ExitCode, ServerProcess } from '@rocketmq-ts/launcher';
import type { Namesrv } from '@rocketmq-ts/namesrv';
import { CommanderError } from 'commander';

import { type Arguments, parseArguments } from './arguments.ts';
import { bootTexts } from './boot-texts.ts';
import { explained } from './explain.ts';
import { StatusPages } from './http/status-pages.ts';
import { startStatusServer } from './http/status-server.ts';
import { loadConfig, type LoadedConfig } from './load-config.ts';
import { startNameServer } from './name-server.ts';
import { removeFoldersInPlaceOfFiles } from './store-folder.ts';

/** The top of the workspace, seen from `apps/broker/{src,dist}`. */
const WORKSPACE = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const OPEN_TO_ALL =
  'any entity that can reach the ports of this broker may send, receive and manage: there is no access control yet; keep them inside a trusted network';

async function run(server: ServerProcess, args: Arguments, loaded: LoadedConfig, dataFolder: string): Promise<void> {
  const { config, embedsNameServer } = loaded;
  const { log, path: logPath } = await server.openLog('broker');
  const env = createNodeEnv({ log });
  for (const note of [...config.notes, ...removedFolders(config.values.store.storePathRootDir)]) {
    log.warn(note);
    process.stderr.write(`warning: ${note}\n`);
  }
  const nameServer = embedsNameServer ? await startNameServer(env, dataFolder, args.namesrvPort) : undefined;
  const settings = brokerSettingsOf(config);
  // First of all: whether it is alive is asked also while a large store is being opened.
  const source: { broker: Broker | undefined; monotonicMs: () => number } = { broker: undefined, monotonicMs: () => env.clock.monotonicMs() };
  const status = settings.metrics === undefined ? undefined : await startStatusServer(new StatusPages(source), settings.metrics.host, settings.metrics.port, log);
  const broker = await startBroker(env, { ...settings, replica: { ...settings.replica, takeover: args.takeover } }, (opened) => (source.broker = opened));
  server.stopOnSignal(async () => {
    await broker.stop();
    await status?.stop();
    await nameServer?.stop();
  });

  const { brokerName, namesrvAddr } = config.values.broker;
  const boot = `The broker[${brokerName}, ${broker.address}] boot success. serializeType=JSON${namesrvAddr === undefined ? '' : ` and name server is ${namesrvAddr}`}`;
  log.info(boot);
  log.warn(OPEN_TO_ALL);
  process.stdout.write(`${boot}\n`);
  const { lines, warnings } = bootTexts(broker, config.values.store.brokerRole);
  if (status !== undefined) {
    const line = `Metrics and health are at ${status.url}/metrics, /healthz and /readyz.`;
    log.info(line);
    process.stdout.write(`${line}\n`);
  }
  for (const line of lines) process.stdout.write(`${line}\n`);
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  process.stderr.write(`warning: ${OPEN_TO_ALL}\n`);
  if (args.serve) process.stdout.write(welcome({ broker, nameServer, store: config.values.store.storePathRootDir, logPath, namesrvAddr: namesrvAddr ?? '' }));
}

function removedFolders(storePathRootDir: string): string[] {
  return removeFoldersInPlaceOfFiles(storePathRootDir).map((path) => `${path} was an empty folder and is removed: the broker makes a file there`);
}

async function startBroker(env: Env, settings: BrokerSettings, onOpened: (broker: Broker) => void): Promise<Broker> {
  const broker = await createBroker(env, settings, { withProcessMetrics: true });
  onOpened(broker);
  try {
    await broker.start();
    return broker;
  } catch (error) {
    await broker.stop();
    throw error;
  }
}

interface Facts {
  readonly broker: Broker;
  readonly nameServer: Namesrv | undefined;
  readonly store: string;
  readonly logPath: string;
  readonly namesrvAddr: string;
}

function welcome({ broker, nameServer, store, logPath, namesrvAddr }: Facts): string {
  const lines = [
    ...(nameServer === undefined ? [] : [`name server  listens on port ${nameServer.port}, in this process`]),
    `broker       ${broker.address}`,
    `data         ${store}`,
    `log          ${logPath}`,
    'next         in another terminal:',
    `               export NAMESRV_ADDR=${namesrvAddr}`,
    '               sh bin/tools.sh org.apache.rocketmq.example.quickstart.Producer',
    'stop         Ctrl-C',
  ];
  return `${lines.join('\n')}\n`;
}

const server = new ServerProcess('mqbroker', { stack: process.env['ROCKETMQ_DEBUG'] === '1' || process.argv.includes('--stack') });

async function main(): Promise<void> {
  try {
    const args = parseArguments(process.argv.slice(2));
    const dataFolder = dataFolderOf(process.env) ?? join(WORKSPACE, 'data');
    const loaded = loadConfig(args, dataFolder);
    if (args.print !== undefined) process.stdout.write(brokerConfigText(loaded.config, args.print));
    else await run(server, args, loaded, dataFolder);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : ExitCode.usage;
    else server.fail(explained(error));
  }
}

// Not awaited at the top: a script that starts from a code cache is no module.
void main();
