/**
 * Transcripts: tests that read as a story. A file holds commands and what each printed:
 *
 *   > topicRoute -t TopicTest
 *   {"brokerDatas":[…
 *
 *   > topicList
 *   …
 *
 * `checkTranscript` runs every command again and compares; with UPDATE=1 it rewrites the file and the diff is
 * reviewed like code. Output keeps its line ends; a blank line separates the entries.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface TranscriptEntry {
  readonly command: string;
  readonly output: string;
}

export type RunCommand = (command: string) => string | Promise<string>;

export interface TranscriptOptions {
  /** Rewrite instead of compare; default: the environment variable UPDATE is 1. */
  readonly update?: boolean;
  /** The commands of a file that does not exist yet (needed for its first UPDATE=1). */
  readonly commands?: readonly string[];
}

export function parseTranscript(text: string): TranscriptEntry[] {
  const entries: TranscriptEntry[] = [];
  let command: string | undefined;
  let output: string[] = [];
  const close = (): void => {
    if (command !== undefined) entries.push({ command, output: output.join('\n').trimEnd() });
    output = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('> ')) {
      close();
      command = line.slice(2);
    } else if (command !== undefined) {
      output.push(line);
    }
  }
  close();
  return entries;
}

export function formatTranscript(entries: readonly TranscriptEntry[]): string {
  return entries.map(({ command, output }) => `> ${command}\n${output.trimEnd()}\n`).join('\n');
}

/**
 * Runs the transcript's commands in order, one at a time.
 * @throws Error that shows the first entry whose output differs, expected and actual.
 */
export async function checkTranscript(file: URL | string, run: RunCommand, options: TranscriptOptions = {}): Promise<void> {
  const path = file instanceof URL ? fileURLToPath(file) : file;
  const update = options.update ?? process.env['UPDATE'] === '1';
  const expected = existsSync(path) ? parseTranscript(readFileSync(path, 'utf8')) : [];
  const commands = options.commands ?? expected.map((entry) => entry.command);
  if (commands.length === 0) throw new Error(`${path}: no command to run`);
  const actual: TranscriptEntry[] = [];
  for (const command of commands) actual.push({ command, output: (await run(command)).trimEnd() });
  if (update) {
    writeFileSync(path, formatTranscript(actual));
    return;
  }
  if (!existsSync(path)) throw new Error(`${path} is missing: run once with UPDATE=1 and review it`);
  const at = actual.findIndex((entry, index) => entry.command !== expected[index]?.command || entry.output !== expected[index].output);
  if (at >= 0) throw new Error(differenceText(path, expected[at], actual[at]));
  if (expected.length !== actual.length) throw new Error(`${path}: ${expected.length} entries, ${actual.length} were run`);
}

function differenceText(path: string, expected: TranscriptEntry | undefined, actual: TranscriptEntry | undefined): string {
  const show = (entry: TranscriptEntry | undefined): string => (entry === undefined ? '(nothing)' : formatTranscript([entry]));
  return `${path}: output differs (UPDATE=1 rewrites)\n--- expected\n${show(expected)}--- actual\n${show(actual)}`;
}
