// Results as JSON and back. JSON knows neither NaN nor undefined: a number that is none is written as null and comes back as
// NaN (nothing else in the schema may be null), a field that is undefined is left out.
import { readFileSync } from 'node:fs';
import type { SyncReplicationResults } from '../sync-replication/results.ts';

/** One sample a line, and the profile is one. */
export function toJson({ samples, profile, ...facts }: SyncReplicationResults): string {
  const head = JSON.stringify(facts, undefined, 1).replace(/\n\}$/, '');
  const tail = profile === undefined ? '' : `,\n "profile": ${JSON.stringify(profile)}`;
  return `${head},\n "samples": [\n${samples.map((sample) => JSON.stringify(sample)).join(',\n')}\n ]${tail}\n}\n`;
}

/** Throws with the cause when this is no such file. */
export function fromJson(text: string): SyncReplicationResults {
  const results = JSON.parse(text, (_, value: unknown) => (value === null ? Number.NaN : value)) as Partial<SyncReplicationResults> | number;
  if (typeof results !== 'object' || results.format === undefined) throw new Error('these are no results of benchmarks:sync-replication (no format)');
  if (results.format !== 1) throw new Error(`results of format ${String(results.format)}; this report reads format 1`);
  for (const key of ['contenders', 'samples', 'incomplete'] as const) {
    if (!Array.isArray(results[key])) throw new Error(`the results have no list of ${key}`);
  }
  for (const key of ['machine', 'commit'] as const) {
    if (typeof results[key] !== 'object') throw new Error(`the results do not say what ${key} they are of`);
  }
  return results as SyncReplicationResults;
}

export function readResults(file: string): SyncReplicationResults {
  try {
    return fromJson(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
