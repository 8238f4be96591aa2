// What catch-up is measured against: the same files, read in one process, sent through loopback, written in another.
//
//   tsx plain-copy.ts receive PORT FILE      tsx plain-copy.ts send PORT BYTES FILE…
import { closeSync, createReadStream, openSync, statSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream/promises';

const BLOCK_BYTES = 1024 * 1024;

/** The first `bytes` of the files together: behind them the last one is empty. */
async function send(port: number, bytes: number, files: readonly string[]): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  const startedAt = performance.now();
  let left = bytes;
  for (const file of files) {
    const length = Math.min(left, statSync(file).size);
    await pipeline(createReadStream(file, { highWaterMark: BLOCK_BYTES, end: length - 1 }), socket, { end: false });
    left -= length;
  }
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.resume();
    socket.end();
  });
  console.log(`copied in ${(performance.now() - startedAt).toFixed(0)} ms`);
}

function receive(port: number, file: string): void {
  const target = openSync(file, 'w');
  const server = createServer((socket) => {
    let at = 0;
    socket.on('data', (chunk) => {
      for (let written = 0; written < chunk.length; ) written += writeSync(target, chunk, written, chunk.length - written, at + written);
      at += chunk.length;
    });
    socket.once('end', () => {
      closeSync(target);
      server.close();
    });
  });
  server.listen(port, '127.0.0.1', () => console.log('listening'));
}

const [role = '', port = '', ...files] = process.argv.slice(2);
if (role === 'receive') receive(Number(port), files[0] ?? '');
else await send(Number(port), Number(files[0]), files.slice(1));
