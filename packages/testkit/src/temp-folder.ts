/** Folders of their own for a test, under the system's temporary folder, gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempFolder extends Disposable {
  readonly path: string;
  /** Removes the folder and all in it; calling it again does nothing. */
  remove(): void;
}

/** @param purpose A word that a person finding a left-over folder will understand. KEEP_TEMP=1 leaves it for a look. */
export function makeTempFolder(purpose: string): TempFolder {
  const path = mkdtempSync(join(tmpdir(), `rocketmq-ts-${purpose}-`));
  const remove = (): void => {
    if (process.env['KEEP_TEMP'] === '1') return;
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  return { path, remove, [Symbol.dispose]: remove };
}
