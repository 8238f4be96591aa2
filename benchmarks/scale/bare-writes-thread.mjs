// Writes an answer to each of its connections, whenever it is told to; plain JavaScript, for a thread can not start from
// TypeScript.
import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const sockets = [];
const answer = Buffer.alloc(workerData.answerBytes, 0x61);
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  sockets.push(socket);
});
server.listen(workerData.port, '127.0.0.1', () => parentPort.postMessage('listening'));
parentPort.on('message', () => {
  for (const socket of sockets) socket.write(answer);
});
