export { StoreError, type StoreErrorCode } from './errors.ts';
export { Histogram } from './histogram.ts';
export { openStore } from './open-store.ts';
export { JsonFile } from './persist/json-file.ts';
export type * from './ports.ts';
