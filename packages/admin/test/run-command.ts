import type { AdminCommand, CommandContext } from '../src/commands/admin-command.ts';
import type { MQAdminExt } from '../src/admin.ts';
import { createSimulation } from '@rocketmq-ts/kernel/sim';

/** An admin of which only the given methods may be called. */
export function adminWith(methods: Partial<MQAdminExt>): MQAdminExt {
  return new Proxy(methods as MQAdminExt, {
    get: (target, name) => Reflect.get(target, name) ?? (() => Promise.reject(new Error(`the command called ${String(name)}, which this test does not expect`))),
  });
}

/** Runs a command with options by letter (true for a flag) and returns what it printed; its warnings go to `warnings`. */
export async function printed(
  command: AdminCommand,
  admin: MQAdminExt,
  options: Readonly<Record<string, string | true>> = {},
  wallMs = 0,
  warnings: string[] = [],
): Promise<string> {
  let text = '';
  const context: CommandContext = {
    admin,
    disk: createSimulation(1).env.disk,
    clock: { wallMs: () => wallMs },
    pause: () => Promise.resolve(false),
    option: (letter) => {
      const value = options[letter];
      return typeof value === 'string' ? value : undefined;
    },
    flag: (letter) => options[letter] === true,
    print: (piece) => {
      text += piece;
    },
    warn: (line) => void warnings.push(line),
  };
  await command.run(context);
  return text;
}
