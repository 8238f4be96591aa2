export type { NodeEnvOptions } from './node-env.ts';
export { createNodeEnv } from './node-env.ts';
export type { LineLogOptions, LogLevel } from './node-log.ts';
export { createLineLog } from './node-log.ts';
