/**
 * Captures golden files from the real Java 4.6.0 (needs a JDK 17 and Maven):
 *
 *   npx tsx --conditions=@rocketmq-ts/source tools/golden-capture/main.ts [wire] [store] [ha]
 *
 * Without arguments, all. The files replace what is committed; a changed file is reviewed as a diff, because every
 * codec and store test rests on them.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { javaAvailable } from '@rocketmq-ts/testkit';
import { captureHa } from './ha-capture.ts';
import { captureStore } from './store-capture.ts';
import { captureWire } from './wire-capture.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const WIRE_FOLDER = join(REPOSITORY, 'packages/remoting-protocol/test/golden/wire');
const HA_FOLDER = join(REPOSITORY, 'packages/remoting-protocol/test/golden/ha');
const STORE_FOLDER = join(REPOSITORY, 'packages/store/test/golden/store');

async function main(parts: readonly string[]): Promise<void> {
  const java = javaAvailable();
  if (!java.available) throw new Error(java.reason);
  const provenance = [
    `Apache RocketMQ 4.6.0 (org.apache.rocketmq:*:4.6.0 of Maven Central), ${javaVersion()}`,
    `captured ${new Date().toISOString().slice(0, 10)} by tools/golden-capture`,
  ];
  if (parts.includes('wire')) {
    rmSync(WIRE_FOLDER, { recursive: true, force: true });
    mkdirSync(WIRE_FOLDER, { recursive: true });
    for (const headerType of ['JSON', 'ROCKETMQ'] as const) {
      const files = await captureWire(WIRE_FOLDER, headerType, [...provenance, `-Drocketmq.serialize.type=${headerType} on all processes`]);
      console.log(`${headerType}: ${files.length} frames`);
    }
    console.log(`${WIRE_FOLDER}: ${Math.round(sizeOf(WIRE_FOLDER) / 1024)} KiB`);
  }
  if (parts.includes('store')) {
    await captureStore(STORE_FOLDER, provenance);
    console.log(`${STORE_FOLDER}: ${Math.round(sizeOf(STORE_FOLDER) / 1024)} KiB`);
  }
  if (parts.includes('ha')) {
    await captureHa(HA_FOLDER, provenance);
    console.log(`${HA_FOLDER}: ${Math.round(sizeOf(HA_FOLDER) / 1024)} KiB`);
  }
}

function javaVersion(): string {
  return execFileSync('java', ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? 'java';
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

const requested = process.argv.slice(2);
await main(requested.length === 0 ? ['wire', 'store', 'ha'] : requested);
