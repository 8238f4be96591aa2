/**
 * Messages of a queue from an offset on: Java's limits, statuses and next offsets.
 *
 * Java differs: an offset beyond the end is set to the end even when the queue begins at 0 (4.6.0 starts over and
 * delivers everything again); a damaged record is passed over alone (4.6.0 skips the rest of its log file).
 * Source: store/DefaultMessageStore.java getMessage, isTheBatchFull, nextOffsetCorrection (4.6.0)
 */
import type { ConsumeQueue } from '../derive/consume-queue.ts';
import { isRecordOf } from '../derive/record-identity.ts';
import type { UnitRepair } from '../derive/repair-unit.ts';
import { isExtAddress, isRecordUnit, UNIT_SIZE, unitPhysicalOffset, unitRecordSize, unitTagsCode } from '../format/consume-queue-unit.ts';
import type { LogReader } from '../log-reader.ts';
import type { GetMessageResult, GetMessageStatus, StoreOptions, TagsFilter } from '../ports.ts';
import { RecordRun } from './record-run.ts';

/** Bytes of units that one call looks at, unless the count asked for wants more. */
const SCAN_BYTES = 16000;

export interface ReadParts {
  readonly reader: LogReader;
  readonly repair: UnitRepair;
  readonly options: StoreOptions;
}

export interface ReadRequest {
  readonly queueOffset: number;
  readonly maxCount: number;
  readonly filter: TagsFilter | undefined;
}

export function getMessage(parts: ReadParts, queue: ConsumeQueue | undefined, request: ReadRequest): GetMessageResult {
  const { queueOffset } = request;
  const minOffset = queue?.minUnit ?? 0;
  const maxOffset = queue?.nextUnit ?? 0;
  // Java has a queue for every name that is asked for, an empty one.
  if (queue === undefined || maxOffset === 0) return nothing(parts, request, 'NO_MESSAGE_IN_QUEUE', 0, 0, 0);
  if (queueOffset < minOffset) return nothing(parts, request, 'OFFSET_TOO_SMALL', minOffset, minOffset, maxOffset);
  if (queueOffset === maxOffset) return nothing(parts, request, 'OFFSET_OVERFLOW_ONE', queueOffset, minOffset, maxOffset);
  if (queueOffset > maxOffset) return nothing(parts, request, 'OFFSET_OVERFLOW_BADLY', maxOffset, minOffset, maxOffset);
  return new Scan(parts, queue, request).run();
}

function nothing(
  parts: ReadParts,
  request: ReadRequest,
  status: GetMessageStatus,
  next: number,
  minOffset: number,
  maxOffset: number,
): GetMessageResult {
  const { options } = parts;
  const isCorrected = options.brokerRole !== 'SLAVE' || options.offsetCheckInSlave;
  return {
    status,
    nextBeginOffset: isCorrected ? next : request.queueOffset,
    minOffset,
    maxOffset,
    records: [],
    bytes: 0,
    suggestPullingFromSlave: false,
    messageCount: 0,
  };
}

/** One walk over units. */
class Scan {
  readonly #parts: ReadParts;
  readonly #queue: ConsumeQueue;
  readonly #request: ReadRequest;
  readonly #run = new RecordRun();
  readonly #logEnd: number;
  #status: GetMessageStatus = 'NO_MATCHED_MESSAGE';
  #lastPhysicalOffset = 0;

  constructor(parts: ReadParts, queue: ConsumeQueue, request: ReadRequest) {
    this.#parts = parts;
    this.#queue = queue;
    this.#request = request;
    this.#logEnd = parts.reader.readableEnd;
  }

  run(): GetMessageResult {
    const queue = this.#queue;
    const { queueOffset } = this.#request;
    const unit = this.#walk(queueOffset, this.#scanEnd());
    const records = this.#run.finish();
    return {
      status: this.#status,
      nextBeginOffset: unit,
      minOffset: queue.minUnit,
      maxOffset: queue.nextUnit,
      records,
      bytes: this.#run.bytes,
      suggestPullingFromSlave: isFarBehind(this.#parts.options, this.#logEnd - this.#lastPhysicalOffset),
      messageCount: this.#run.count,
    };
  }

  /** A walk ends with its consume queue file, at the latest. */
  #scanEnd(): number {
    const queue = this.#queue;
    const { queueOffset, maxCount } = this.#request;
    const scanned = Math.ceil(Math.max(SCAN_BYTES, maxCount * UNIT_SIZE) / UNIT_SIZE);
    const fileEnd = queueOffset - (queueOffset % queue.unitsPerFile) + queue.unitsPerFile;
    return Math.min(queueOffset + scanned, fileEnd, queue.nextUnit);
  }

  /** @returns the first unit not looked at */
  #walk(from: number, end: number): number {
    let unit = from;
    while (unit < end) {
      const { buffer, at, count } = this.#queue.read(unit, end - unit);
      for (let index = 0; index < count; index++, unit++) {
        const step = this.#look(buffer, at + index * UNIT_SIZE, unit);
        if (step === STOP) return unit;
        if (step === GO_ON) continue;
        // The window was used for something else; read on from this unit, or the next.
        if (step === PASSED_READ_AGAIN) unit++;
        break;
      }
    }
    return unit;
  }

  #look(buffer: Buffer, at: number, unit: number): number {
    if (!isRecordUnit(buffer, at)) return this.#heal(unit);
    const physicalOffset = unitPhysicalOffset(buffer, at);
    const sizeBytes = unitRecordSize(buffer, at);
    const tagsCode = unitTagsCode(buffer, at);
    if (physicalOffset < this.#logEnd) this.#lastPhysicalOffset = physicalOffset;
    if (this.#isFull(physicalOffset, sizeBytes)) return STOP;
    const { filter } = this.#request;
    // Behind an ext address nothing is known of the tags; the client filters.
    if (filter !== undefined && !isExtAddress(tagsCode) && !filter(tagsCode)) return this.#pass('NO_MATCHED_MESSAGE');
    const { reader } = this.#parts;
    // Deleted with its log file since the queue's beginning was last looked at.
    if (physicalOffset < reader.minOffset && physicalOffset >= this.#queue.minPhysicalOffset) return this.#pass('MESSAGE_WAS_REMOVING');
    const record = reader.record(physicalOffset, sizeBytes);
    if (record === undefined || !isRecordOf(record, this.#queue, unit)) return this.#heal(unit);
    this.#run.add(record);
    this.#status = 'FOUND';
    return GO_ON;
  }

  /** The unit does not lead to its record. */
  #heal(unit: number): number {
    if (!this.#parts.repair.heal(this.#queue, unit)) {
      this.#pass('MESSAGE_WAS_REMOVING');
      return PASSED_READ_AGAIN;
    }
    return READ_AGAIN;
  }

  #pass(status: GetMessageStatus): number {
    if (this.#run.bytes === 0) this.#status = status;
    return GO_ON;
  }

  #isFull(physicalOffset: number, sizeBytes: number): boolean {
    const { count, bytes } = this.#run;
    if (count === 0) return false;
    if (count >= this.#request.maxCount) return true;
    const { options } = this.#parts;
    if (isFarBehind(options, this.#logEnd - physicalOffset)) {
      return bytes + sizeBytes > options.maxTransferBytesOnMessageInDisk || count >= options.maxTransferCountOnMessageInDisk;
    }
    return bytes + sizeBytes > options.maxTransferBytesOnMessageInMemory || count >= options.maxTransferCountOnMessageInMemory;
  }
}

const GO_ON = 0;
const STOP = 1;
const READ_AGAIN = 2;
const PASSED_READ_AGAIN = 3;

/** Java's rule for "no longer in memory": more behind the end of the log than a share of the machine's memory. */
export function isFarBehind(options: StoreOptions, bytesBehind: number): boolean {
  return bytesBehind > Math.floor(options.physicalMemoryBytes * (options.accessMessageInMemoryMaxRatio / 100));
}
