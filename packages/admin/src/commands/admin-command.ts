import type { Disk } from '@rocketmq-ts/kernel';
import type { MQAdminExt } from '../admin.ts';

/** One mqadmin sub-command: what it is called, what it takes, what it does. Printing goes through the context. */
export interface AdminCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CommandOption[];
  /** @throws RmqError with a message for the operator */
  run(context: CommandContext): Promise<void>;
}

export interface CommandOption {
  /** The single letter of 4.6.0. */
  readonly letter: string;
  readonly long: string;
  readonly description: string;
  /** False: a flag without a value. */
  readonly takesValue: boolean;
  readonly required: boolean;
}

export interface CommandContext {
  readonly admin: MQAdminExt;
  readonly disk: Disk;
  readonly clock: { wallMs(): number };
  /** Resolves after that time, or at once when the operator interrupts; false then. */
  readonly pause: (ms: number) => Promise<boolean>;
  /** Value of an option by its letter; undefined when it was not given. Trimmed. */
  option(letter: string): string | undefined;
  flag(letter: string): boolean;
  print(text: string): void;
  /** What the operator should know beside the output: it must not come between the columns. One line. */
  warn(text: string): void;
}

export function required(letter: string, long: string, description: string): CommandOption {
  return { letter, long, description, takesValue: true, required: true };
}

export function optional(letter: string, long: string, description: string): CommandOption {
  return { letter, long, description, takesValue: true, required: false };
}

export function flag(letter: string, long: string, description: string): CommandOption {
  return { letter, long, description, takesValue: false, required: false };
}
