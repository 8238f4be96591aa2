// Sends raw frames, no SDK, so that the figure is the broker's and not the client's. A piscina worker.
import { dialAll, type Target } from './dial.ts';
import { type GeneratorReport, runGenerator } from './generator.ts';
import { makeLoop, type SenderTask } from './loops.ts';
import { SendConnection, type SendFrames } from './send-connection.ts';
import { buildSendFrame, OPAQUE_BASE, type SendFrame } from './send-frame.ts';

export interface FrameSenderTask extends SenderTask {
  readonly target: Target;
  readonly topics: readonly string[];
  /** Of each topic; messages go to all queues of all topics in turn. */
  readonly queues: number;
  readonly waitStoreMsgOk: boolean;
  readonly stamped: boolean;
  /** 24 hex digits that differ between generators and runs. */
  readonly uniqPrefix: string;
}

export default function frameSender(task: FrameSenderTask): Promise<GeneratorReport> {
  return runGenerator(task.port, async (tally) => {
    const frames = framesOf(task);
    const sockets = await dialAll(task.target, task.connections);
    return makeLoop(task, tally, (answered) => sockets.map((socket) => new SendConnection(socket, task.inFlight, frames, tally, answered)));
  });
}

function framesOf({ topics, queues, bodyBytes, waitStoreMsgOk, stamped, uniqPrefix }: FrameSenderTask): SendFrames {
  const frames: SendFrame[] = [];
  for (let queueId = 0; queueId < queues; queueId++) {
    for (const topic of topics) frames.push(buildSendFrame({ topic, queueId, bodyBytes, waitStoreMsgOk, uniqPrefix, opaque: OPAQUE_BASE }));
  }
  return { frames, longest: Math.max(...frames.map(({ bytes }) => bytes.length)), stamped, counter: 0 };
}
