// A sender of raw frames whose thread keeps to the processors that it is given. A piscina worker; its thread is used again by the next
// load, so each says where it wants to be.
import frameSender, { type FrameSenderTask } from '../load/frame-sender.ts';
import type { GeneratorReport } from '../load/generator.ts';
import { runThisThreadOn } from '../scale/processors.ts';

export interface PlacedSenderTask extends FrameSenderTask {
  /** Undefined where there is no choice. */
  readonly processors: string | undefined;
}

export default function placedSender(task: PlacedSenderTask): Promise<GeneratorReport> {
  if (task.processors !== undefined) runThisThreadOn(task.processors);
  return frameSender(task);
}
