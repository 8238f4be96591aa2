/**
 * Where messages for the operator go. `message` is a plain sentence; facts go into `fields`
 * (values are printed with control characters escaped: names come from the wire).
 */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | Error | undefined>>;

/** Swallows everything; for tests and as the SDK's quiet default. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
