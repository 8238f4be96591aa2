/**
 * Operating errors of this package: what the other side sent can't be understood. Whoever reads from a peer acts: closes
 * the connection (frames, headers), answers with a code (header fields, bodies) or steps over (one record).
 */
import { RmqError } from '@rocketmq-ts/kernel';

/** Bytes or text from outside that break a format. `code` says which format. */
export class ProtocolError extends RmqError {}

/** A request or response header lacks a required field, or a field is not what its type says. */
export class HeaderFieldError extends ProtocolError {
  readonly headerName: string;
  readonly field: string;

  constructor(headerName: string, field: string, problem: string) {
    super('HEADER_FIELD', `${headerName}.${field} ${problem}`);
    this.headerName = headerName;
    this.field = field;
  }
}

/** A member of a JSON body is missing or of the wrong type. `path` leads to it. */
export class BodyFieldError extends ProtocolError {
  readonly path: string;

  constructor(path: string, problem: string) {
    super('BODY_FIELD', `${path} ${problem}`);
    this.path = path;
  }
}

/** One stored record can't be given to anybody; its neighbours can. */
export class RecordError extends ProtocolError {
  /** Where in the buffer the record starts, and how long it says it is. */
  readonly at: number;
  readonly sizeBytes: number;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly physicalOffset: number;

  constructor(code: string, message: string, place: { at: number; sizeBytes: number; queueId: number; queueOffset: number; physicalOffset: number }, cause?: unknown) {
    super(code, message, { cause });
    this.at = place.at;
    this.sizeBytes = place.sizeBytes;
    this.queueId = place.queueId;
    this.queueOffset = place.queueOffset;
    this.physicalOffset = place.physicalOffset;
  }
}
