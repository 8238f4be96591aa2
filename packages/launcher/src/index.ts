export { readConfigFile } from './config-file.ts';
export { openRollingLog, type RollingLog } from './rolling-log.ts';
export { ExitCode, ServerProcess } from './server-process.ts';
