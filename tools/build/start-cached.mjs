// Starts the program beside it, `main.cjs`, from V8's code cache: a third of a server's start is else spent on reading
// its source. The build puts a copy of this file into `dist/main.js` of each server.
//
// The cache is written some seconds after the first start, when the functions that a start needs have been compiled,
// and holds for these bytes of the program and this Node. Without one, or where the folder can't be written, the
// program starts all the same.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

const SAVE_AFTER_MS = 5_000;
const HEAD = '"use strict"; (function (exports, require, module, __filename, __dirname) {\n';

const filename = fileURLToPath(new URL('main.cjs', import.meta.url));
const bytes = readFileSync(filename);
const cacheFile = `${filename}.${crc32(bytes).toString(16)}.${process.version}-${process.arch}.cache`;
const cachedData = readCache();
const script = new Script(`${HEAD}${bytes.toString()}\n})`, { filename, lineOffset: -1, cachedData });
if (cachedData === undefined || script.cachedDataRejected === true) setTimeout(saveCache, SAVE_AFTER_MS).unref();

const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(filename), module, filename, dirname(filename));

function readCache() {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}

function saveCache() {
  const part = `${cacheFile}.${process.pid}`;
  try {
    writeFileSync(part, script.createCachedData());
    renameSync(part, cacheFile);
  } catch {
    // The program may belong to somebody else; it starts without.
  }
}
