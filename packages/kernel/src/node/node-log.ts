import type { Clock } from '../clock.ts';
import type { Log, LogFields } from '../log.ts';
import { nodeClock } from './node-clock.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LineLogOptions {
  /** The least important level that is written; 'info' unless given. Stacks are written at 'debug' only. */
  readonly level?: LogLevel;
  readonly clock?: Clock;
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * One line per message: `2024-05-01 09:08:07,006 WARN the sentence key=value key="value with blanks"`, in local
 * time as Java's logback pattern has it. Nothing from outside can end a line or colour a terminal: control
 * characters are escaped in messages and values alike.
 */
export function createLineLog(writeLine: (line: string) => void, options: LineLogOptions = {}): Log {
  const clock = options.clock ?? nodeClock;
  const level = options.level ?? 'info';
  const logger = (own: LogLevel) => {
    if (RANK[own] < RANK[level]) return () => {};
    const label = own.toUpperCase();
    return (message: string, fields?: LogFields): void => {
      writeLine(`${localStamp(clock.wallMs())} ${label} ${escapeControls(message)}${fieldsText(fields, level === 'debug')}`);
    };
  };
  return { debug: logger('debug'), info: logger('info'), warn: logger('warn'), error: logger('error') };
}

function fieldsText(fields: LogFields | undefined, withStack: boolean): string {
  if (fields === undefined) return '';
  let text = '';
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    text += ` ${escapeControls(key)}=${valueText(value, withStack)}`;
  }
  return text;
}

function valueText(value: string | number | boolean | Error, withStack: boolean): string {
  if (typeof value !== 'string' && !(value instanceof Error)) return String(value);
  const text = escapeControls(value instanceof Error ? errorText(value, withStack) : value);
  return text === '' || /[\s="]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text;
}

function errorText(error: Error, withStack: boolean): string {
  if (withStack && error.stack !== undefined) return error.stack;
  // Node's message of an AggregateError is empty; its code says what happened.
  const code = (error as NodeJS.ErrnoException).code;
  const message = error.message === '' ? String(code ?? error.name) : error.message;
  const known = error.name === 'Error' ? message : `${error.name}: ${message}`;
  return error.cause instanceof Error && !known.includes(error.cause.message) ? `${known} (${error.cause.message})` : known;
}

/** Backslash first, so that an escaped text can be read back without doubt. */
function escapeControls(text: string): string {
  return text.replace(/[\\\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    if (character === '\\') return '\\\\';
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function localStamp(wallMs: number): string {
  const at = new Date(wallMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())},${String(at.getMilliseconds()).padStart(3, '0')}`;
}
