// Writes the report of `benchmarks:sync-replication`: JSON, Markdown, one HTML page, the plots.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import type { SyncReplicationResults } from '../sync-replication/results.ts';
import type { Picture } from './document.ts';
import { htmlOf } from './html.ts';
import { markdownOf } from './markdown.ts';
import { picturesOf } from './pictures.ts';
import { profilePictures } from './profile-blocks.ts';
import { toJson } from './results-json.ts';
import { reportOf, TITLE } from './sync-replication-report.ts';

/**
 * Returns the files, JSON first.
 * @param basePath without an ending: `benchmarks/reports/sync-replication`
 * @param profiles flame graphs that `benchmarks:profile` has written, to be taken in
 */
export async function writeSyncReplicationReport(results: SyncReplicationResults, basePath: string, profiles: readonly string[] = []): Promise<string[]> {
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
  const own = results.profile === undefined ? [] : profilePictures(results.profile, basename(basePath));
  const blocks = reportOf(results, pictures, { own, others: profiles.map((file) => flameGraph(file, folder)) });
  write(`${basePath}.md`, markdownOf(blocks));
  write(`${basePath}.html`, htmlOf(TITLE, blocks));
  for (const picture of [...Object.values(pictures), ...own]) if (picture !== undefined) write(`${folder}/${picture.file}`, picture.svg);
  return files;
}

/** Its title is what it says of itself. */
function flameGraph(file: string, folder: string): Picture {
  const svg = readFileSync(file, 'utf8');
  const title = /aria-label="([^"]*)"/.exec(svg)?.[1];
  if (title === undefined) throw new Error(`${file} is no flame graph of benchmarks:profile`);
  return { title, file: relative(folder, file), svg };
}
