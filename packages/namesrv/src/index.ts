export { createNamesrv, type Namesrv, type NamesrvOptions } from './namesrv.ts';
