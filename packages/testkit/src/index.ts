/**
 * Test support, for tests and tools only: golden bytes, transcripts, temporary folders, and the real Java 4.6.0 as a
 * child process. Depends on nothing of the system but kernel, so that every package's tests may use it.
 */
export { ChildProgram } from './child-program.ts';
export type { ProgramOptions } from './child-program.ts';
export { freePort } from './free-port.ts';
export type { FreePortOptions } from './free-port.ts';
export { formatGolden, goldenFrameOf, parseGolden, readGolden, readGoldenFrames } from './golden.ts';
export type { Golden, GoldenFrame } from './golden.ts';
export { hexDiff } from './hex-diff.ts';
export { javaBrokerConfig, propertiesText, startJava, startJavaBroker, startJavaNamesrv } from './java-process.ts';
export type { JavaBrokerOptions, JavaOptions, JavaServerOptions } from './java-process.ts';
export { JDK17_FLAGS, javaAvailable, javaClassPath, mavenClassPath } from './java-runtime.ts';
export type { JavaAvailability } from './java-runtime.ts';
export { makeTempFolder } from './temp-folder.ts';
export type { TempFolder } from './temp-folder.ts';
export { checkTranscript, formatTranscript, parseTranscript } from './transcript.ts';
export type { RunCommand, TranscriptEntry, TranscriptOptions } from './transcript.ts';
