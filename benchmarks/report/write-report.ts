// Writes the report of `benchmarks:sync-replication`: JSON, Markdown, one HTML page, the plots.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import type { SyncReplicationResults } from '../sync-replication/results.ts';
import { htmlOf } from './html.ts';
import { markdownOf } from './markdown.ts';
import { picturesOf } from './pictures.ts';
import { toJson } from './results-json.ts';
import { reportOf, TITLE } from './sync-replication-report.ts';

/** A flame graph that `benchmarks:profile` has written. */
export interface Profile {
  readonly title: string;
  readonly svgFile: string;
}

/** `basePath` has no ending: `benchmarks/reports/sync-replication`. Returns the files, JSON first. */
export async function writeSyncReplicationReport(results: SyncReplicationResults, basePath: string, profiles: readonly Profile[] = []): Promise<string[]> {
  const folder = dirname(basePath);
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  const write = (file: string, text: string): void => {
    writeFileSync(file, text);
    files.push(file);
  };
  // The figures first: what they took hours to find must not be lost to whatever the plots stumble over.
  write(`${basePath}.json`, toJson(results));
  const pictures = await picturesOf(results, basename(basePath));
  const flames = profiles.map(({ title, svgFile }) => ({ title, file: relative(folder, svgFile), svg: readFileSync(svgFile, 'utf8') }));
  const blocks = reportOf(results, pictures, flames);
  write(`${basePath}.md`, markdownOf(blocks));
  write(`${basePath}.html`, htmlOf(TITLE, blocks));
  for (const picture of Object.values(pictures)) if (picture !== undefined) write(`${folder}/${picture.file}`, picture.svg);
  return files;
}
