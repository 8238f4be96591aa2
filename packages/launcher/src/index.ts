export { readConfigFile } from './config-file.ts';
export { dataFolderOf } from './data-folder.ts';
export { processesOf, type RunningProcess, runningProcessesOf } from './processes.ts';
export { openRollingLog, type RollingLog } from './rolling-log.ts';
export { ExitCode, ServerProcess } from './server-process.ts';
