export { openRollingLog, type RollingLog } from './rolling-log.ts';
export { ExitCode, ServerProcess } from './server-process.ts';
