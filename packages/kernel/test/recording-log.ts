import type { Log, LogFields } from '../src/log.ts';

/** Keeps what was logged, as `level message: error`. */
export function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (message: string, fields?: LogFields) => {
    const error = fields?.['error'];
    lines.push(`${level} ${message}${error instanceof Error ? `: ${error.message}` : ''}`);
  };
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines };
}
