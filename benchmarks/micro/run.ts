import { interleaved } from '../load/interleaved.ts';
import { sample } from './sample.ts';
import type { SubjectResult } from './results.ts';
import type { OpenSubjects, Subject } from './subject.ts';

const FILES: Readonly<Record<string, () => Promise<{ open: OpenSubjects }>>> = {
  decode: () => import('./subjects/header-decode.ts'),
  encode: () => import('./subjects/header-encode.ts'),
  'record-encode': () => import('./subjects/record-encode.ts'),
  'tag-filter': () => import('./subjects/tag-filter.ts'),
  'batch-split': () => import('./subjects/batch-split.ts'),
  'store-append': () => import('./subjects/store-append.ts'),
  'index-put': () => import('./subjects/index-put.ts'),
};

export const SUBJECT_FILES = Object.keys(FILES);

export interface MicroOptions {
  /** Names of `SUBJECT_FILES`. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Of each sample. */
  readonly seconds: number;
  /** Hears what happens. */
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface MicroOutcome {
  readonly results: readonly SubjectResult[];
  /** Files of subjects that could not be loaded, with the cause: an older revision lacks what they ask for. */
  readonly missing: readonly { readonly file: string; readonly cause: string }[];
}

/** Ends early, with what there is, when the signal is aborted. */
export async function runMicro(options: MicroOptions): Promise<MicroOutcome> {
  const results: SubjectResult[] = [];
  const missing: { file: string; cause: string }[] = [];
  for (const file of options.only) {
    if (options.signal.aborted) break;
    const loaded = await (FILES[file] as (typeof FILES)[string])().catch((error: unknown) => {
      if (!(error instanceof SyntaxError)) throw error;
      missing.push({ file, cause: error.message });
      return undefined;
    });
    if (loaded === undefined) continue;
    const subjects = await loaded.open();
    try {
      for (const subject of subjects) {
        if (options.signal.aborted) break;
        await subject.check();
        const result = await runSubject(subject, options);
        if (result !== undefined) results.push(result);
      }
    } finally {
      for (const subject of subjects) await subject.close?.();
    }
  }
  return { results, missing };
}

/** Undefined when it was interrupted before the end of its first round. */
async function runSubject(subject: Subject, { rounds, seconds, progress, signal }: MicroOptions): Promise<SubjectResult | undefined> {
  const { id, title, unit, unitsPerRun, bytesPerUnit, goal } = subject;
  const contestants = subject.contestants.map((contestant) => ({ contestant, nsPerUnit: [] as number[] }));
  const sampleSeconds = Math.min(seconds, subject.secondsMax ?? seconds);
  // Round 0 warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const { contestant, nsPerUnit } of interleaved(contestants, round)) {
      const ns = (await sample(contestant, sampleSeconds)) / unitsPerRun;
      if (round > 0) nsPerUnit.push(ns);
    }
    // Samples take no turn of the event loop by themselves, and a signal comes with one.
    await new Promise(setImmediate);
    if (signal.aborted) break;
  }
  if (contestants.some(({ nsPerUnit }) => nsPerUnit.length === 0)) return undefined;
  progress(`${id}: ${contestants.map(({ contestant, nsPerUnit }) => `${contestant.name} ${nsPerUnit.at(-1)?.toFixed(0)} ns`).join(', ')}`);
  return { id, title, unit, bytesPerUnit, goal, contestants: contestants.map(({ contestant, nsPerUnit }) => ({ name: contestant.name, nsPerUnit })) };
}
