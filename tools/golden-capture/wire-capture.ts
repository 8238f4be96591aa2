/**
 * Captures the wire: a Java name server and broker behind recording proxies, Java clients in front, one run for each
 * header type. The Java client names its steps (see java/Steps.java); the first exchange of a step with a listed
 * code is kept.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatGolden, freePort, makeTempFolder, startJava, startJavaBroker, startJavaNamesrv } from '@rocketmq-ts/testkit';
import type { ChildProgram } from '@rocketmq-ts/testkit';
import { Recorder, headerKindOf } from './recorder.ts';
import type { Exchange } from './recorder.ts';

export type HeaderType = 'JSON' | 'ROCKETMQ';

const PORTS = { from: 21_500, to: 21_599 };
const STEP_TIMEOUT_MS = 60_000;
/** A broker with forceRegister=false first asks for the data version 10 s after its start. */
const SECOND_REGISTRATION_MS = 13_000;

interface Wanted {
  readonly step: string;
  readonly code: number;
}

interface Stage {
  readonly home: string;
  readonly headerType: HeaderType;
  readonly recorder: Recorder;
  readonly wanted: Wanted[];
  readonly namesrvProxy: number;
  readonly brokerReal: number;
  readonly brokerProxy: number;
}

/** Replaces what is in `folder` for this header type. Returns the file names written. */
export async function captureWire(folder: string, headerType: HeaderType, provenance: readonly string[]): Promise<string[]> {
  using home = makeTempFolder('golden');
  const recorder = new Recorder();
  const programs: ChildProgram[] = [];
  try {
    const namesrvReal = await freePort(PORTS);
    const namesrvProxy = await freePort(PORTS);
    const brokerReal = await freePort({ ...PORTS, count: 1 });
    const brokerRun = await freePort({ ...PORTS, count: 4 }); // port − 2 (VIP), port, port + 1 (HA)
    const stage: Stage = { home: home.path, headerType, recorder, wanted: [], namesrvProxy, brokerReal, brokerProxy: brokerRun + 2 };
    await recorder.proxy(stage.namesrvProxy, namesrvReal);
    await recorder.proxy(stage.brokerProxy, brokerReal);
    programs.push(await startJavaNamesrv({ home: join(home.path, 'namesrv'), port: namesrvReal, systemProperties: serializeProperty(headerType) }));
    await captureRegistrations(stage);
    programs.push(await startBroker(stage, 'register', {}, [103]));
    await runClient(stage, {});
    await runClient(stage, { 'org.apache.rocketmq.client.sendSmartMsg': 'false' });
    await runStep(stage, 'shutdown', [104], async () => void (await programs.pop()?.stop()));
    return writeGolden(folder, stage, provenance);
  } finally {
    for (const program of programs.reverse()) await program.stop();
    recorder.stop();
  }
}

function serializeProperty(headerType: HeaderType): Record<string, string> {
  return { 'rocketmq.serialize.type': headerType };
}

/** The other ways to register: compressed, and asking for the data version before. */
async function captureRegistrations(stage: Stage): Promise<void> {
  const broker = await startBroker(stage, 'register-compressed', { compressedRegister: true, forceRegister: false }, [103]);
  await runStep(stage, 'data-version', [322], async () => await new Promise((resolve) => setTimeout(resolve, SECOND_REGISTRATION_MS)));
  await broker.stop();
  rmSync(join(stage.home, 'broker'), { recursive: true });
}

async function startBroker(stage: Stage, step: string, config: Record<string, string | number | boolean>, codes: number[]): Promise<ChildProgram> {
  let broker: ChildProgram | undefined;
  await runStep(stage, step, codes, async () => {
    broker = await startJavaBroker({
      mainClass: 'AnnouncedBroker',
      home: join(stage.home, 'broker'),
      port: stage.brokerProxy,
      namesrvAddr: `127.0.0.1:${stage.namesrvProxy}`,
      systemProperties: { 'golden.realPort': String(stage.brokerReal), ...serializeProperty(stage.headerType) },
      config: { clientManageThreadPoolNums: 2, sendMessageThreadPoolNums: 2, pullMessageThreadPoolNums: 4, ...config },
    });
  });
  if (broker === undefined) throw new Error('unreachable: the step ran');
  return broker;
}

async function runStep(stage: Stage, step: string, codes: readonly number[], body: () => Promise<unknown>): Promise<void> {
  stage.recorder.step = step;
  stage.wanted.push(...codes.map((code) => ({ step, code })));
  await body();
}

async function runClient(stage: Stage, systemProperties: Record<string, string>): Promise<void> {
  const client = startJava({
    mainClass: 'CaptureClient',
    args: [`127.0.0.1:${stage.namesrvProxy}`, `127.0.0.1:${stage.brokerProxy}`],
    home: join(stage.home, 'client'),
    systemProperties: { ...serializeProperty(stage.headerType), ...systemProperties },
  });
  // Steps are told apart by order: the two runs of the client use the same names for different codes.
  for (let from = 0, step = ''; step !== 'end'; ) {
    const match = await client.waitUntil((output) => nextLine(output, from), STEP_TIMEOUT_MS, `step after ${step}`);
    from = match.end;
    if (match.failed) throw new Error(`capture client: ${match.line}\n${client.tail(60)}`);
    const [name = '', ...codes] = match.line.slice('@step '.length).split(' ');
    step = name;
    await runStep(stage, name, codes.map(Number), () => Promise.resolve());
    client.writeLine('go');
  }
  await client.waitForExit(STEP_TIMEOUT_MS);
}

function nextLine(output: string, from: number): { line: string; end: number; failed: boolean } | undefined {
  const match = /^@(step|failed) .*\n/m.exec(output.slice(from));
  return match === null ? undefined : { line: match[0].trim(), end: from + match.index + match[0].length, failed: match[1] === 'failed' };
}

function writeGolden(folder: string, stage: Stage, provenance: readonly string[]): string[] {
  mkdirSync(folder, { recursive: true });
  const written: string[] = [];
  const missing: string[] = [];
  for (const { step, code } of stage.wanted) {
    const exchange = stage.recorder.exchanges.find((one) => one.step === step && one.requestCode === code);
    if (exchange === undefined || (!exchange.oneway && exchange.response === undefined)) missing.push(`${code} in step ${step}`);
    else written.push(...writeExchange(folder, exchange, provenance));
  }
  if (missing.length > 0) throw new Error(`not captured with ${stage.headerType} headers: ${missing.join(', ')}`);
  return written;
}

function writeExchange(folder: string, exchange: Exchange, provenance: readonly string[]): string[] {
  const written: string[] = [];
  for (const [direction, frame] of [
    ['request', exchange.request],
    ['response', exchange.response],
  ] as const) {
    if (frame === undefined) continue;
    const name = `${exchange.requestCode}-${exchange.step}-${headerKindOf(frame)}-${direction}.hex`;
    const what = `code ${exchange.requestCode}, step ${exchange.step}, ${direction}, ${exchange.from === 'up' ? 'asked of a server' : 'asked by the broker of a client'}`;
    writeFileSync(join(folder, name), formatGolden([...provenance, what], frame));
    written.push(name);
  }
  return written;
}
