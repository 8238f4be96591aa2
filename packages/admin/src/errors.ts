import { RmqError } from '@rocketmq-ts/kernel';

/** What an operator got wrong or asked for in vain. The program turns `kind` into its exit code. */
export class AdminError extends RmqError {
  readonly kind: AdminErrorKind;

  constructor(kind: AdminErrorKind, message: string, cause?: unknown) {
    super(`ADMIN_${kind}`, message, { cause });
    this.kind = kind;
  }
}

export type AdminErrorKind = 'USAGE' | 'NOT_FOUND' | 'NO_ANSWER';
