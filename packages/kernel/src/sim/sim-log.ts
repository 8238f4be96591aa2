import type { Log, LogFields } from '../log.ts';

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** Older entries are dropped; a long simulation must not drown in its own log. */
const ENTRIES_MAX = 10_000;

/** Keeps what a host logs, for tests to look at. */
export class SimLog implements Log {
  readonly entries: LogEntry[] = [];

  debug(message: string, fields?: LogFields): void {
    this.add('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.add('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.add('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.add('error', message, fields);
  }

  private add(level: LogEntry['level'], message: string, fields: LogFields = {}): void {
    if (this.entries.length >= ENTRIES_MAX) this.entries.shift();
    this.entries.push({ level, message, fields });
  }
}
