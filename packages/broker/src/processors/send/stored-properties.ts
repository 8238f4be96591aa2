/**
 * One pass over the encoded properties of a message (`name \u0001 value \u0002 …`, UTF-8): is there any that the broker
 * acts upon? Most messages have none besides WAIT, and those that have go the long way.
 */
const NAME_END = 1;
const ITEM_END = 2;

/** Found names, as bits. */
export const FOUND = { wait: 1, waitIsTrue: 2, other: 4, shardingKey: 8 } as const;

const WAIT = Buffer.from('WAIT');
/** Only counted: an ordered message. */
const SHARDING_KEY = Buffer.from('__SHARDINGKEY');
const TRUE = Buffer.from('true');
/** DELAY and TRAN_MSG change what happens; CLUSTER must be replaced. */
const OTHERS = [Buffer.from('DELAY'), Buffer.from('TRAN_MSG'), Buffer.from('CLUSTER')];

export function scanStoredProperties(bytes: Buffer, start: number, end: number): number {
  let found = 0;
  let at = start;
  while (at < end) {
    const first = bytes[at];
    // W, D, T, C, _: no other name concerns the broker.
    if (first === 0x57) found |= isNamed(bytes, at, end, WAIT) ? FOUND.wait | (isTrueValue(bytes, at + WAIT.length + 1, end) ? FOUND.waitIsTrue : 0) : 0;
    else if ((first === 0x44 || first === 0x54 || first === 0x43) && OTHERS.some((name) => isNamed(bytes, at, end, name))) return found | FOUND.other;
    else if (first === 0x5f && isNamed(bytes, at, end, SHARDING_KEY)) found |= FOUND.shardingKey;
    while (at < end && bytes[at] !== ITEM_END) at++;
    at++;
  }
  return found;
}

function isNamed(bytes: Buffer, at: number, end: number, name: Buffer): boolean {
  if (at + name.length >= end || bytes[at + name.length] !== NAME_END) return false;
  for (let index = 0; index < name.length; index++) if (bytes[at + index] !== name[index]) return false;
  return true;
}

function isTrueValue(bytes: Buffer, at: number, end: number): boolean {
  for (let index = 0; index < TRUE.length; index++) if (((bytes[at + index] as number) | 0x20) !== TRUE[index]) return false;
  return at + TRUE.length === end || bytes[at + TRUE.length] === ITEM_END;
}
