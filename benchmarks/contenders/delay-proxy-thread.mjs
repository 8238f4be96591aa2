// Node 20 reads no TypeScript, and what `--import tsx` does ends at the door of a worker thread: it has to be said again inside.
import { register } from 'tsx/esm/api';

register();
await import('./delay-proxy-worker.ts');
