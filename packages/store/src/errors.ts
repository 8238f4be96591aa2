import { RmqError } from '@rocketmq-ts/kernel';

/** Why a store cannot be opened. Each message names the cause and what to do about it. */
export type StoreErrorCode =
  /** Another live process has the store open. */
  | 'STORE_LOCKED'
  /** Commit log files do not have the configured size. */
  | 'STORE_FILE_SIZE'
  /** Commit log files do not follow one another. */
  | 'STORE_FILE_GAP';

export class StoreError extends RmqError {
  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(code, message, { cause });
  }
}
