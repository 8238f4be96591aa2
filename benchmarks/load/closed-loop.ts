// One worker of the load generator: `connections` sockets, each with `inFlight` requests outstanding at all times.
// Runs in a piscina worker thread; raw frames, no SDK, so that the figure is the broker's and not the client's.
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { buildSendFrame, type SendFrame, setCounter } from './send-frame.ts';

export interface ClosedLoopTask {
  readonly host: string;
  readonly port: number;
  readonly topic: string;
  readonly queues: number;
  readonly connections: number;
  readonly inFlight: number;
  readonly bodyBytes: number;
  readonly waitStoreMsgOk: boolean;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** 8 hex digits that differ between workers and runs. */
  readonly runId: string;
}

export interface ClosedLoopResult {
  readonly sent: number;
  readonly failed: number;
  readonly elapsedMs: number;
  /** Microseconds. */
  readonly rt: { p50: number; p90: number; p99: number; p999: number; max: number; mean: number };
  /** First remark of a failed send, for the report. */
  readonly firstFailure: string | undefined;
}

const OPAQUE_BASE = 1_000_000_000;
const OPAQUE = Buffer.from('"opaque":', 'latin1');
const CODE_OK = Buffer.from('"code":0,', 'latin1');

class Measurement {
  counting = false;
  sent = 0;
  failed = 0;
  firstFailure: string | undefined;
  stopped = false;
  readonly histogram: RecordableHistogram = createHistogram({ figures: 3 });
}

class LoadConnection {
  private readonly frames: SendFrame[];
  private readonly startedAt: Float64Array;
  private readonly free: number[] = [];
  private pending: Buffer = Buffer.alloc(0);
  private counter = 0;

  private readonly socket: Socket;
  private readonly measurement: Measurement;

  constructor(socket: Socket, measurement: Measurement, frames: SendFrame[]) {
    this.socket = socket;
    this.measurement = measurement;
    this.frames = frames;
    this.startedAt = new Float64Array(frames.length);
    for (let slot = 0; slot < frames.length; slot++) this.free.push(slot);
    socket.on('data', (chunk) => this.receive(chunk));
  }

  sendFree(): void {
    if (this.measurement.stopped || this.free.length === 0) return;
    const now = performance.now();
    const size = (this.frames[0] as SendFrame).bytes.length;
    const out = Buffer.allocUnsafe(size * this.free.length);
    let at = 0;
    for (const slot of this.free) {
      const frame = this.frames[slot] as SendFrame;
      setCounter(frame, this.counter++);
      at += frame.bytes.copy(out, at);
      this.startedAt[slot] = now;
    }
    this.free.length = 0;
    this.socket.write(out);
  }

  private receive(chunk: Buffer): void {
    const bytes = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const now = performance.now();
    let at = 0;
    while (bytes.length - at >= 8) {
      const end = at + 4 + bytes.readUInt32BE(at);
      if (end > bytes.length) break;
      this.answered(bytes, at + 8, end, now);
      at = end;
    }
    this.pending = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
    this.sendFree();
  }

  private answered(bytes: Buffer, headerAt: number, end: number, now: number): void {
    let at = bytes.indexOf(OPAQUE, headerAt) + OPAQUE.length;
    let opaque = 0;
    for (let digit = (bytes[at] ?? 0) - 48; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - 48) opaque = opaque * 10 + digit;
    const slot = opaque - OPAQUE_BASE;
    this.free.push(slot);
    const m = this.measurement;
    if (!m.counting) return;
    const okAt = bytes.indexOf(CODE_OK, headerAt);
    if (okAt < 0 || okAt >= end) {
      m.failed++;
      m.firstFailure ??= bytes.toString('utf8', headerAt, end);
      return;
    }
    m.sent++;
    m.histogram.record(Math.max(1, Math.round((now - (this.startedAt[slot] as number)) * 1000)));
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function open(task: ClosedLoopTask): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: task.host, port: task.port, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

export default async function closedLoop(task: ClosedLoopTask): Promise<ClosedLoopResult> {
  const measurement = new Measurement();
  const sockets: Socket[] = [];
  try {
    for (let c = 0; c < task.connections; c++) {
      const socket = await open(task);
      sockets.push(socket);
      const frames = Array.from({ length: task.inFlight }, (_, slot) =>
        buildSendFrame({
          topic: task.topic,
          queueId: (c * task.inFlight + slot) % task.queues,
          bodyBytes: task.bodyBytes,
          opaque: OPAQUE_BASE + slot,
          uniqPrefix: task.runId + c.toString(16).toUpperCase().padStart(8, '0') + slot.toString(16).toUpperCase().padStart(8, '0'),
          waitStoreMsgOk: task.waitStoreMsgOk,
        }),
      );
      const lost = (why: string) => {
        if (!measurement.stopped) measurement.firstFailure ??= `connection lost: ${why}`;
      };
      socket.on('error', (error) => lost(error.message));
      socket.on('close', () => lost('closed by the broker'));
      new LoadConnection(socket, measurement, frames).sendFree();
    }
    await sleep(task.warmUpMs);
    measurement.counting = true;
    const start = performance.now();
    await sleep(task.measureMs);
    measurement.counting = false;
    const elapsedMs = performance.now() - start;
    const h = measurement.histogram;
    const { sent, failed, firstFailure } = measurement;
    const rt = { p50: h.percentile(50), p90: h.percentile(90), p99: h.percentile(99), p999: h.percentile(99.9), max: h.max, mean: h.mean };
    return { sent, failed, elapsedMs, rt, firstFailure };
  } finally {
    measurement.stopped = true;
    for (const socket of sockets) socket.destroy();
  }
}
