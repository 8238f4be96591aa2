import { type DataVersion, type PropertyEntry, ResponseCode } from '@rocketmq-ts/remoting-protocol';

import { nextVersion } from './data-version.ts';
import type { ConfigAccess } from './processors/admin/config.ts';
import type { Refusal } from './processors/refusal.ts';
import type { LiveSettings } from './settings.ts';

/** What may be changed while running: exactly the fields of `LiveSettings`, each with the values it takes. */
const CHANGEABLE: ReadonlyMap<string, RegExp> = new Map<keyof LiveSettings, RegExp>([
  ['brokerPermission', /^[0246]$/],
  ['autoCreateTopicEnable', /^(?:true|false)$/],
  ['autoCreateSubscriptionGroup', /^(?:true|false)$/],
  ['startAcceptSendRequestTimeStamp', /^\d{1,15}$/],
  ['rejectTransactionMessage', /^(?:true|false)$/],
  ['slaveReadEnable', /^(?:true|false)$/],
  ['traceOn', /^(?:true|false)$/],
]);

export interface LiveConfigParts {
  readonly live: LiveSettings;
  readonly properties: ReadonlyMap<string, string>;
  readonly wallMs: () => number;
  /** Told after a change, with what changed. */
  readonly onChange: (changes: ReadonlyMap<string, string>) => void;
}

/**
 * The configuration in force: all of it can be read over the wire, the fields of `LiveSettings` can be changed. What
 * says how things are already is always fine, so that a tool may send back what it has read.
 */
export class LiveConfig implements ConfigAccess {
  readonly #parts: LiveConfigParts;
  readonly #properties: Map<string, string>;
  #version: DataVersion;

  constructor(parts: LiveConfigParts) {
    this.#parts = parts;
    this.#properties = new Map(parts.properties);
    this.#version = { timestamp: parts.wallMs(), counter: 0 };
  }

  get version(): DataVersion {
    return this.#version;
  }

  entries(): Iterable<readonly [string, string]> {
    return this.#properties;
  }

  update(entries: readonly PropertyEntry[]): Refusal | undefined {
    const changes = new Map<string, string>();
    for (const { key, value } of entries) {
      const present = this.#properties.get(key);
      if (present === undefined) return { code: ResponseCode.NO_PERMISSION, remark: `'${shown(key)}' is not a setting of the broker` };
      if (present === value) continue;
      const values = CHANGEABLE.get(key);
      if (values === undefined) {
        const remark = `'${key}' can't be changed while the broker runs: edit its configuration file and restart it`;
        return { code: ResponseCode.NO_PERMISSION, remark };
      }
      if (!values.test(value)) return { code: ResponseCode.SYSTEM_ERROR, remark: `'${shown(value)}' is not a value of '${key}'` };
      changes.set(key, value);
    }
    if (changes.size === 0) return undefined;
    for (const [key, value] of changes) this.#properties.set(key, value);
    applyTo(this.#parts.live, changes);
    this.#version = nextVersion(this.#version, this.#parts.wallMs());
    this.#parts.onChange(changes);
    return undefined;
  }
}

function applyTo(live: LiveSettings, changes: ReadonlyMap<string, string>): void {
  const flag = (key: keyof LiveSettings, now: boolean): boolean => (changes.has(key) ? changes.get(key) === 'true' : now);
  const whole = (key: keyof LiveSettings, now: number): number => Number(changes.get(key) ?? now);
  live.brokerPermission = whole('brokerPermission', live.brokerPermission);
  live.startAcceptSendRequestTimeStamp = whole('startAcceptSendRequestTimeStamp', live.startAcceptSendRequestTimeStamp);
  live.autoCreateTopicEnable = flag('autoCreateTopicEnable', live.autoCreateTopicEnable);
  live.autoCreateSubscriptionGroup = flag('autoCreateSubscriptionGroup', live.autoCreateSubscriptionGroup);
  live.rejectTransactionMessage = flag('rejectTransactionMessage', live.rejectTransactionMessage);
  live.slaveReadEnable = flag('slaveReadEnable', live.slaveReadEnable);
  live.traceOn = flag('traceOn', live.traceOn);
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
