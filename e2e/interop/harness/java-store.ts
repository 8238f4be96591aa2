/** Asks Java's own DefaultMessageStore what is in a store's folder (tools/golden-capture/java/StoreDump.java). */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { javaBrokerConfig, propertiesText, startJava } from '@rocketmq-ts/testkit';
import { parseDump } from './our-store.ts';
import type { DumpLine } from './our-store.ts';
import { brokerPort } from './start-servers.ts';

const DUMP_TIMEOUT_MS = 60_000;

/** Opening changes files, so Java gets a copy of its own below `home`. */
export async function dumpJavaStore(home: string, root: string, config: Readonly<Record<string, string | number | boolean>>): Promise<DumpLine[]> {
  mkdirSync(home, { recursive: true });
  cpSync(root, join(home, 'store'), { recursive: true });
  const port = await brokerPort();
  const propertiesFile = join(home, 'dump.properties');
  writeFileSync(propertiesFile, propertiesText(javaBrokerConfig({ home, port, namesrvAddr: '127.0.0.1:1', config })));
  const program = startJava({ mainClass: 'StoreDump', args: [propertiesFile, String(port + 1)], home });
  const code = await program.waitForExit(DUMP_TIMEOUT_MS).finally(() => program.kill());
  if (code !== 0) throw new Error(`StoreDump: ${code}\n${program.tail()}`);
  const marked = program.output.split('\n').filter((line) => line.startsWith('@dump '));
  return parseDump(marked.map((line) => line.slice('@dump '.length)).join('\n'));
}
