export type { NamesrvConfig, NamesrvConfigSources } from './namesrv-config.ts';
export { namesrvConfigText, namesrvOptionsOf, readNamesrvConfig } from './namesrv-config.ts';
export type { HostFacts } from './namesrv-keys.ts';
export { namesrvKeyTables } from './namesrv-keys.ts';
