/**
 * Plays the scenario to a running Java 4.6.0 name server that was just started with empty folders, and keeps its answers:
 *
 *   npx tsx --conditions=@rocketmq-ts/source packages/namesrv/test/golden/capture.ts PORT KV_CONFIG_JSON > packages/namesrv/test/golden/answers.json
 *
 * KV_CONFIG_JSON is the file that name server writes.
 *
 * Frames are written and read here without our codecs. Only JSON headers.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { SCENARIO, type Step } from './scenario.ts';

interface Answer {
  readonly name: string;
  readonly code: number;
  readonly remark?: string;
  readonly extFields?: Record<string, string>;
  readonly body?: string;
}

/** Java takes a closed connection's brokers away on another thread. */
const CLOSE_SETTLES_MS = 2000;

const port = Number(process.argv[2]);
const sockets = new Map<string, Socket>();
const answers: Answer[] = [];
let opaque = 0;
for (const step of SCENARIO) await play(step);
for (const socket of sockets.values()) socket.destroy();
const provenance = { server: 'org.apache.rocketmq:rocketmq-namesrv:4.6.0, org.apache.rocketmq.namesrv.NamesrvStartup', by: 'packages/namesrv/test/golden/capture.ts' };
const kvConfigFile = readFileSync(process.argv[3] as string, 'utf8');
process.stdout.write(`${JSON.stringify({ provenance, kvConfigFile, answers }, null, 2)}\n`);

async function play(step: Step): Promise<void> {
  if ('closes' in step) {
    sockets.get(step.closes)?.destroy();
    sockets.delete(step.closes);
    await new Promise((resolve) => setTimeout(resolve, CLOSE_SETTLES_MS));
    return;
  }
  let socket = sockets.get(step.connection);
  if (socket === undefined) {
    socket = connect(port, '127.0.0.1');
    sockets.set(step.connection, socket);
  }
  const header = Buffer.from(
    JSON.stringify({ code: step.code, extFields: step.extFields, flag: 0, language: 'JAVA', opaque: ++opaque, serializeTypeCurrentRPC: 'JSON', version: step.version ?? 333 }),
  );
  const words = Buffer.alloc(8);
  const body = step.body ?? Buffer.alloc(0);
  words.writeInt32BE(4 + header.length + body.length, 0);
  words.writeInt32BE(header.length, 4);
  socket.write(Buffer.concat([words, header, body]));
  const frame = await readFrame(socket);
  const headerSize = frame.readInt32BE(4) & 0xffffff;
  const { code, remark, extFields } = JSON.parse(frame.toString('utf8', 8, 8 + headerSize)) as Answer;
  answers.push({
    name: step.name,
    code,
    ...(remark === undefined ? {} : { remark }),
    ...(extFields === undefined || Object.keys(extFields).length === 0 ? {} : { extFields }),
    ...(frame.length === 8 + headerSize ? {} : { body: frame.toString('utf8', 8 + headerSize) }),
  });
}

async function readFrame(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => reject(new Error(`no answer; got ${received.length} bytes`)), 5000);
    const onError = (error: Error): void => reject(error);
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      clearTimeout(timer);
      socket.off('data', onData).off('error', onError);
      resolve(received);
    };
    socket.on('data', onData).on('error', onError);
  });
}
