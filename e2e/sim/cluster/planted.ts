/** Defects put in on purpose, at the seams of a machine: what its disk, its network or its operator would have to do. */
import { updateConsumerOffset } from '@rocketmq-ts/client-core';
import type { Conn, ConnHandler, Disk, DiskFile, Env, Net, PeerAddress } from '@rocketmq-ts/kernel';
import { createRemotingClient } from '@rocketmq-ts/remoting';
import { LanguageCode } from '@rocketmq-ts/remoting-protocol';
import { sleep, TOPIC } from './clients.ts';
import type { Planted } from './cluster.ts';
import { BROKER_NAME, MASTER_PORT } from './settings.ts';

const HA_PORT = MASTER_PORT + 1;
const HA_HEADER_BYTES = 12;

/** The master answers SEND_OK before its slave has the bytes. */
export const answersBeforeTheSlave: Planted = { config: { master: { brokerRole: 'ASYNC_MASTER' } } };

/** It does not, but consumers are shown what only the master has. */
export const showsBeforeTheSlave: Planted = { ...answersBeforeTheSlave, heard: (status) => (status === 'SEND_OK' ? 'FLUSH_SLAVE_TIMEOUT' : status) };

/** A forged acknowledgement is believed: whatever was sent counts as arrived. */
export const believesForgedAcks: Planted = {
  env: (host, env) => (host === 'master' ? { ...env, net: withConns(env.net, (conn) => new SelfAcknowledging(conn, env)) } : env),
};

/** One byte of one record is another one in the slave's log. */
export const slaveWritesAnotherByte: Planted = {
  env: (host, env) => (host === 'slave' ? { ...env, disk: withLogFiles(env.disk, flipOneByte()) } : env),
};

/** A datasync is answered without being done. */
export const skipsDatasync = (where: 'master' | 'slave'): Planted => ({
  env: (host, env) => (host === where ? { ...env, disk: withLogFiles(env.disk, () => ({ datasync: () => Promise.resolve() })) } : env),
});

/** A master that comes back does not ask its slave for the offsets that were committed there. */
export const masterDoesNotAsk: Planted = {
  env: (host, env, cluster) => {
    if (host !== 'master') return env;
    const [slave] = cluster.addressOf('slave').split(':');
    const connect: Net['connect'] = (options) => (options.host === slave ? Promise.reject(new Error('planted: the slave is not asked')) : env.net.connect(options));
    return { ...env, net: { listen: (options, onConnection) => env.net.listen(options, onConnection), connect } };
  },
};

/** The slave's table of offsets is replaced by the master's, whatever was committed to the slave itself. */
export const slaveOverwritesOffsets: Planted = {
  beside: (cluster) => {
    const { env } = cluster.sim.host('watch');
    const client = createRemotingClient({ env, language: LanguageCode.OTHER });
    const copy = async (): Promise<void> => {
      for (const [consumerGroup, queues] of (await cluster.watcher.committed('master')) ?? []) {
        for (const [queueId, commitOffset] of queues) {
          const mq = { topic: TOPIC, brokerName: BROKER_NAME, queueId };
          await updateConsumerOffset(client, cluster.addressOf('slave'), { consumerGroup, mq, commitOffset }, { timeoutMs: 500 }).catch(() => undefined);
        }
      }
    };
    const run = async (): Promise<void> => {
      for (;;) {
        await sleep(env, 1_000);
        await copy();
      }
    };
    void run();
  },
};

function withConns(net: Net, wrap: (conn: Conn) => Conn): Net {
  return {
    connect: (options) => net.connect(options),
    listen: (options, onConnection) => net.listen(options, options.port === HA_PORT ? (conn) => onConnection(wrap(conn)) : onConnection),
  };
}

/** The same disk, but for some methods of the log's files. */
function withLogFiles(disk: Disk, change: (file: DiskFile) => Partial<DiskFile>): Disk {
  const wrap = (file: DiskFile): DiskFile => (file.path.includes('/commitlog/') ? overlaid(file, change(file)) : file);
  return overlaid(disk, { open: (path, mode) => wrap(disk.open(path, mode)), create: (path, size) => wrap(disk.create(path, size)) });
}

function overlaid<T extends object>(target: T, change: Partial<T>): T {
  return new Proxy(target, {
    get(_, name) {
      const owner = name in change ? change : target;
      const value: unknown = Reflect.get(owner, name, owner);
      return typeof value === 'function' ? (value.bind(owner) as unknown) : value;
    },
  });
}

/** In the body of the first write that is long enough to be a record with one. */
function flipOneByte(): (file: DiskFile) => Partial<DiskFile> {
  let isDone = false;
  return (file) => ({
    writeAt(position, source, start, end) {
      if (isDone || end - start < 400) return file.writeAt(position, source, start, end);
      isDone = true;
      const bytes = Buffer.from(source.subarray(start, end));
      bytes[200]! ^= 1;
      file.writeAt(position, bytes, 0, bytes.length);
    },
  });
}

/** Tells the master, as soon as it has written something, that it has arrived; the slave's own reports are dropped after the first. */
class SelfAcknowledging implements Conn {
  readonly #conn: Conn;
  readonly #env: Env;
  readonly #header = Buffer.alloc(HA_HEADER_BYTES);
  #headerBytes = 0;
  #bodyBytes = 0;
  #sentEnd = 0n;
  #handler: ConnHandler | undefined;
  #reportedBytes = 0;

  constructor(conn: Conn, env: Env) {
    this.#conn = conn;
    this.#env = env;
  }

  get remote(): PeerAddress {
    return this.#conn.remote;
  }

  get local(): PeerAddress {
    return this.#conn.local;
  }

  get pendingBytes(): number {
    return this.#conn.pendingBytes;
  }

  get handler(): ConnHandler {
    return this.#conn.handler;
  }

  set handler(handler: ConnHandler) {
    this.#handler = handler;
    this.#conn.handler = {
      onData: (chunk) => {
        const first = chunk.subarray(0, Math.max(0, 8 - this.#reportedBytes));
        this.#reportedBytes += chunk.length;
        if (first.length > 0) handler.onData(first);
      },
      onDrain: () => handler.onDrain(),
      onClose: (error) => {
        this.#handler = undefined;
        handler.onClose(error);
      },
    };
  }

  write(chunks: readonly Uint8Array[]): boolean {
    for (const chunk of chunks) this.#sent(chunk);
    const report = Buffer.alloc(8);
    report.writeBigInt64BE(this.#sentEnd);
    if (this.#sentEnd > 0n) this.#env.timers.after(0, () => this.#handler?.onData(report));
    return this.#conn.write(chunks);
  }

  pause(): void {
    this.#conn.pause();
  }

  resume(): void {
    this.#conn.resume();
  }

  end(): void {
    this.#conn.end();
  }

  destroy(): void {
    this.#conn.destroy();
  }

  /** Follows the frames: int64 start, int32 size, body. */
  #sent(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#bodyBytes > 0) {
        const taken = Math.min(this.#bodyBytes, chunk.length - at);
        this.#bodyBytes -= taken;
        at += taken;
        continue;
      }
      const taken = Math.min(HA_HEADER_BYTES - this.#headerBytes, chunk.length - at);
      this.#header.set(chunk.subarray(at, at + taken), this.#headerBytes);
      this.#headerBytes += taken;
      at += taken;
      if (this.#headerBytes < HA_HEADER_BYTES) continue;
      this.#headerBytes = 0;
      this.#bodyBytes = this.#header.readInt32BE(8);
      this.#sentEnd = this.#header.readBigInt64BE(0) + BigInt(this.#bodyBytes);
    }
  }
}
