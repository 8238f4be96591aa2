export { type NamesrvConfig, type NamesrvConfigSources, namesrvConfigText, namesrvOptionsOf, readNamesrvConfig } from './config/index.ts';
export { createNamesrv, type Namesrv, type NamesrvOptions } from './namesrv.ts';
