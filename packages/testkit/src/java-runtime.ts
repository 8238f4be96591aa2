/**
 * Where the real Java 4.6.0 comes from: `tools/golden-capture/pom.xml` pins the artefacts, Maven copies their jars
 * into a cache folder outside the work tree, and javac compiles our few Java programs beside them. Nothing is fetched
 * again while the pom and the Java sources stay the same.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const CAPTURE_FOLDER = fileURLToPath(new URL('../../../tools/golden-capture/', import.meta.url));

/** JDK 17 hides what RocketMQ 4.6.0 (2019) reaches for; every package is named twice, as export and as open. */
export const JDK17_FLAGS: readonly string[] = ['java.nio', 'sun.nio.ch', 'jdk.internal.ref', 'java.lang', 'java.util'].flatMap((name) => [
  `--add-opens=java.base/${name}=ALL-UNNAMED`,
  `--add-exports=java.base/${name}=ALL-UNNAMED`,
]);

export interface JavaAvailability {
  readonly available: boolean;
  /** Why not, in words for the person who sees a skipped suite. */
  readonly reason: string;
}

let availability: JavaAvailability | undefined;

/** Whether java, javac and mvn can be called. Asked once per process. */
export function javaAvailable(): JavaAvailability {
  if (availability === undefined) {
    const missing = [
      ['java', '-version'],
      ['javac', '-version'],
      ['mvn', '--version'],
    ].filter(([command = '', flag = '']) => spawnSync(command, [flag], { stdio: 'ignore' }).status !== 0);
    const names = missing.map(([command]) => command).join(', ');
    availability = {
      available: missing.length === 0,
      reason: missing.length === 0 ? '' : `not found: ${names} (the interop suite needs a JDK 17 and Maven)`,
    };
  }
  return availability;
}

/**
 * The class path: RocketMQ 4.6.0 with its dependencies, and our Java programs of `tools/golden-capture/java`.
 * The first call may take a minute (Maven downloads); later calls only look.
 * @throws Error when Maven or javac fails, with their output.
 */
export function javaClassPath(): string {
  return [compiledPrograms(), ...jarsOf(rocketmqJars())].join(delimiter);
}

function cacheFolder(): string {
  return process.env['ROCKETMQ_TS_CACHE'] ?? join(homedir(), '.cache', 'rocketmq-ts');
}

/**
 * The class path of what a pom names, copied by Maven into a folder of the cache on the first call.
 * @param name Of that folder; the pom's digest is put behind it.
 * @throws Error when Maven fails, with its output.
 */
export function mavenClassPath(pom: string, name: string): string {
  return jarsOf(mavenJars(pom, name)).join(delimiter);
}

function rocketmqJars(): string {
  return mavenJars(join(CAPTURE_FOLDER, 'pom.xml'), 'rocketmq-4.6.0');
}

function mavenJars(pom: string, name: string): string {
  const folder = join(cacheFolder(), `${name}-${digestOf([pom], dirname(pom))}`);
  return onceInto(folder, (target) => {
    run('mvn', ['--batch-mode', '--quiet', '--file', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${target}`, '-DincludeScope=runtime']);
  });
}

function compiledPrograms(): string {
  const sourceFolder = join(CAPTURE_FOLDER, 'java');
  const sources = readdirSync(sourceFolder)
    .filter((file) => file.endsWith('.java'))
    .sort()
    .map((file) => join(sourceFolder, file));
  const folder = join(cacheFolder(), `golden-capture-${digestOf([join(CAPTURE_FOLDER, 'pom.xml'), ...sources], CAPTURE_FOLDER)}`);
  return onceInto(folder, (target) => {
    const classPath = jarsOf(rocketmqJars()).join(delimiter);
    run('javac', ['-nowarn', '-proc:none', '-encoding', 'UTF-8', '-d', target, '-cp', classPath, ...sources]);
  });
}

/** Fills a folder under another name first, so that a broken or parallel run never leaves half a folder. */
function onceInto(folder: string, fill: (target: string) => void): string {
  if (existsSync(folder)) return folder;
  const target = `${folder}.${process.pid}.tmp`;
  mkdirSync(target, { recursive: true });
  try {
    fill(target);
    renameSync(target, folder);
  } catch (error) {
    rmSync(target, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else: a parallel run was first, its result is as good
  }
  return folder;
}

function jarsOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jar'))
    .sort()
    .map((file) => join(folder, file));
}

/** Of the files' contents and of their places below `base`. */
function digestOf(paths: readonly string[], base: string): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(relative(base, path)).update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}

function run(command: string, args: readonly string[]): void {
  try {
    execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} failed:\n${stdout}${stderr}`.slice(0, 8_000), { cause: error });
  }
}
