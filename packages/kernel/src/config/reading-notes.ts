import type { ConfigReading, KeyTables } from './read-config.ts';

/** What the operator should know about a file that is in order: one sentence each, for the log. */
export function readingNotes(reading: ConfigReading<KeyTables>): string[] {
  const { fileName, withoutEffect, later, oldSpellings, repeated } = reading;
  const notes: string[] = [];
  if (withoutEffect.length > 0) notes.push(`${fileName}: known, but without effect here: ${withoutEffect.join(', ')}`);
  if (later.length > 0) notes.push(`${fileName}: not available yet, so without effect: ${later.join(', ')}`);
  for (const { old, key, line } of oldSpellings) notes.push(`${fileName}:${line}: '${old}' is the old spelling of '${key}'`);
  for (const { key, lines } of repeated) notes.push(`${fileName}: '${key}' is set on lines ${lines.join(', ')}; the last one counts`);
  return notes;
}
