import type { Conn, ConnHandler } from '@rocketmq-ts/kernel';
import type { Simulation } from '@rocketmq-ts/kernel/sim';
import { encodeHaReport, HA_PUSH_HEADER_BYTES, HaPushDecoder, writeHaPushHeader } from '@rocketmq-ts/remoting-protocol';

/** One end of an HA connection, driven by hand: what a Java broker, a stranger or an attacker does. */
export class RawPeer implements ConnHandler {
  readonly conn: Conn;
  isClosed = false;
  receivedBytes = 0;
  #chunks: Buffer[] = [];

  constructor(conn: Conn) {
    this.conn = conn;
    conn.handler = this;
  }

  static async connect(sim: Simulation, from: string, to: { readonly host: string; readonly port: number }): Promise<RawPeer> {
    // The handler must be there in the turn in which the connection is.
    return sim.run(sim.host(from).env.net.connect({ ...to, timeoutMs: 1000 }).then((conn) => new RawPeer(conn)));
  }

  /** All who dial in, in order. */
  static async listen(sim: Simulation, on: string, port: number): Promise<RawPeer[]> {
    const peers: RawPeer[] = [];
    await sim.run(sim.host(on).env.net.listen({ port }, (conn) => void peers.push(new RawPeer(conn))));
    return peers;
  }

  onData(chunk: Buffer): void {
    this.#chunks.push(Buffer.from(chunk));
    this.receivedBytes += chunk.length;
  }

  onDrain(): void {}

  onClose(): void {
    this.isClosed = true;
  }

  report(...offsets: readonly number[]): void {
    this.conn.write(offsets.map(encodeHaReport));
  }

  push(physicalOffset: number, body: Uint8Array = Buffer.alloc(0)): void {
    const header = Buffer.alloc(HA_PUSH_HEADER_BYTES);
    writeHaPushHeader(header, 0, physicalOffset, body.length);
    this.conn.write([header, body]);
  }

  get received(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  /** As a master hears them. */
  get reports(): number[] {
    const reports: number[] = [];
    for (let at = 0; at + 8 <= this.received.length; at += 8) reports.push(Number(this.received.readBigInt64BE(at)));
    return reports;
  }

  /** As a slave hears them: offset and size of each push; the last body may not be whole yet. */
  get pushes(): { readonly physicalOffset: number; readonly bodyBytes: number }[] {
    return this.#parts().flatMap((part) => (part.kind === 'header' ? [{ physicalOffset: part.physicalOffset, bodyBytes: part.bodyBytes }] : []));
  }

  get heartbeats(): number[] {
    return this.pushes.filter(({ bodyBytes }) => bodyBytes === 0).map(({ physicalOffset }) => physicalOffset);
  }

  /** What all bodies together are. */
  get bodies(): Buffer {
    return Buffer.concat(this.#parts().flatMap((part) => (part.kind === 'body' ? [part.bytes] : [])));
  }

  #parts() {
    const decoder = new HaPushDecoder();
    const parts = [];
    decoder.push(this.received);
    for (let part = decoder.next(); part !== undefined; part = decoder.next()) parts.push(part);
    return parts;
  }
}
