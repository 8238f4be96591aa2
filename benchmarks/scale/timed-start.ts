// How long a broker takes from the start of its process to its first accepted send, on a store that is there already.
import type { ChildProgram } from '@rocketmq-ts/testkit';
import { firstAcceptedSend } from '../contenders/first-send.ts';
import { type ConfigEntries, freeBrokerPort, type Installation } from '../contenders/installations.ts';

export interface StartedBroker {
  readonly program: ChildProgram;
  readonly port: number;
  /** From the start of the process to its first accepted send. */
  readonly firstSendMs: number;
}

export interface StartPlace {
  /** Its store is `store` in here. */
  readonly home: string;
  readonly namesrvAddr: string;
  readonly config?: ConfigEntries;
}

/** @throws Error with the broker's last words when it ends, or takes no send within a minute */
export async function timedStart(installation: Installation, { home, namesrvAddr, config = {} }: StartPlace): Promise<StartedBroker> {
  const port = await freeBrokerPort();
  const startedAt = performance.now();
  const program = installation.startBroker({ home, port, namesrvAddr, config });
  try {
    await firstAcceptedSend(port, { giveUp: () => (program.exitCode === undefined ? undefined : `the broker has ended\n${program.tail()}`) });
    return { program, port, firstSendMs: performance.now() - startedAt };
  } catch (error) {
    program.kill();
    throw error;
  }
}
