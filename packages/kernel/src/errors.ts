/**
 * Base of every operating error: something outside went wrong and somebody can act. Programmer errors are
 * assertions; outcomes of the protocol are values, not errors.
 */
export class RmqError extends Error {
  /** Stable and greppable, such as 'DISK_ENOSPC' or 'NO_ROUTE'. */
  readonly code: string;
  /** Whether the same call may succeed later without anybody acting. */
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** A disk call failed. `systemCode` is the operating system's ('ENOSPC', 'EIO' …); `path` the file concerned. */
export class DiskError extends RmqError {
  readonly systemCode: string;
  readonly path: string;

  constructor(systemCode: string, path: string, message: string, cause?: unknown) {
    super(`DISK_${systemCode}`, message, { cause });
    this.systemCode = systemCode;
    this.path = path;
  }
}

/** A socket call failed. `systemCode` is the operating system's ('EADDRINUSE', 'ECONNREFUSED' …). */
export class NetError extends RmqError {
  readonly systemCode: string;
  readonly address: string;

  constructor(systemCode: string, address: string, message: string, cause?: unknown) {
    super(`NET_${systemCode}`, message, { cause, retryable: true });
    this.systemCode = systemCode;
    this.address = address;
  }
}
