// The ceiling: a throw-away server that does the least a broker of this shape can do. It parses each frame with
// JSON.parse, copies the body into a slab, makes one positioned write per turn, and then answers. No queues, no index.
import { openSync, writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

const [port = '0', file = ''] = process.argv.slice(2);
const log = openSync(file, 'w');
const slab = Buffer.alloc(4 << 20);
let used = 0;
let offset = 0;
let scheduled = false;
const answers = new Map<Socket, string[]>();

function endOfTurn(): void {
  scheduled = false;
  writeSync(log, slab, 0, used, offset);
  offset += used;
  used = 0;
  for (const [socket, headers] of answers) {
    const out = Buffer.allocUnsafe(headers.reduce((sum, header) => sum + 8 + header.length, 0));
    let at = 0;
    for (const header of headers) {
      out.writeUInt32BE(header.length + 4, at);
      out.writeUInt32BE(header.length, at + 4);
      at += 8 + out.write(header, at + 8, 'latin1');
    }
    socket.write(out);
  }
  answers.clear();
}

function accept(socket: Socket, frame: Buffer): void {
  const headerLength = frame.readUInt32BE(4) & 0xffffff;
  const header = JSON.parse(frame.toString('utf8', 8, 8 + headerLength)) as { opaque: number; extFields: { e: string; i: string } };
  if (used + frame.length > slab.length) endOfTurn();
  const at = used;
  used += 91 + frame.copy(slab, at + 91, 8 + headerLength) + slab.write(header.extFields.i, at + 91 + frame.length - 8 - headerLength);
  const answer = `{"code":0,"extFields":{"msgId":"7F000001000028A0${(offset + at).toString(16).toUpperCase().padStart(16, '0')}","queueId":"${header.extFields.e}","queueOffset":"0"},"flag":1,"language":"JAVA","opaque":${header.opaque},"serializeTypeCurrentRPC":"JSON","version":333}`;
  const list = answers.get(socket);
  if (list === undefined) answers.set(socket, [answer]);
  else list.push(answer);
  if (!scheduled) {
    scheduled = true;
    setImmediate(endOfTurn);
  }
}

createServer({ noDelay: true }, (socket) => {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let at = 0;
    while (bytes.length - at >= 4 && bytes.length - at >= 4 + bytes.readUInt32BE(at)) {
      const end = at + 4 + bytes.readUInt32BE(at);
      accept(socket, bytes.subarray(at, end));
      at = end;
    }
    pending = bytes.subarray(at);
  });
}).listen(Number(port), '127.0.0.1', () => console.log('listening'));
