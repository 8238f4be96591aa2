/**
 * The rows of the README's table: what SEND_OK promises, by how the master flushes and whether it waits for its slave.
 * "Power" means the power of a machine: written bytes that were not synced may be gone, in any mixture.
 *
 * | flush | master | process killed | master's power | master's disk lost | power of both |
 * |-------|--------|----------------|----------------|--------------------|---------------|
 * | async | async  | kept           | bounded loss   | may lose           | may lose      |
 * | sync  | async  | kept           | kept           | may lose           | kept          |
 * | async | sync   | kept           | on the slave   | on the slave       | may lose      |
 * | sync  | sync   | kept           | kept           | on the slave       | kept          |
 */
export interface Row {
  readonly flush: 'ASYNC_FLUSH' | 'SYNC_FLUSH';
  readonly master: 'ASYNC_MASTER' | 'SYNC_MASTER';
  /** False: a single master. */
  readonly hasSlave: boolean;
}

export const PAIRS: readonly Row[] = [
  { flush: 'ASYNC_FLUSH', master: 'ASYNC_MASTER', hasSlave: true },
  { flush: 'SYNC_FLUSH', master: 'ASYNC_MASTER', hasSlave: true },
  { flush: 'ASYNC_FLUSH', master: 'SYNC_MASTER', hasSlave: true },
  { flush: 'SYNC_FLUSH', master: 'SYNC_MASTER', hasSlave: true },
];

export const SINGLES: readonly Row[] = [
  { flush: 'ASYNC_FLUSH', master: 'ASYNC_MASTER', hasSlave: false },
  { flush: 'SYNC_FLUSH', master: 'ASYNC_MASTER', hasSlave: false },
];

export function rowText({ flush, master, hasSlave }: Row): string {
  return `${master} + ${flush}${hasSlave ? '' : ', no slave'}`;
}
