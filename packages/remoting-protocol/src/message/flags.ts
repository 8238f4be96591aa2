/**
 * Bit sets of messages, topics, pulls and subscriptions.
 *
 * Source: common/sysflag/MessageSysFlag.java, PullSysFlag.java, TopicSysFlag.java, SubscriptionSysFlag.java,
 * common/constant/PermName.java (4.6.0)
 */

export const MessageSysFlag = {
  COMPRESSED: 0x1,
  MULTI_TAGS: 0x2,
  TRANSACTION_NOT_TYPE: 0x0,
  TRANSACTION_PREPARED_TYPE: 0x4,
  TRANSACTION_COMMIT_TYPE: 0x8,
  TRANSACTION_ROLLBACK_TYPE: 0xc,
  /** Mask of the two transaction bits. */
  TRANSACTION_TYPE_MASK: 0xc,
  /** The born host of the record has 16 address bytes. */
  BORNHOST_V6: 0x10,
  STOREHOST_V6: 0x20,
} as const;

/** One of the TRANSACTION_… types. */
export function transactionTypeOf(sysFlag: number): number {
  return sysFlag & MessageSysFlag.TRANSACTION_TYPE_MASK;
}

export const PermName = { INHERIT: 0x1, WRITE: 0x2, READ: 0x4, PRIORITY: 0x8 } as const;

/** `RW-`, `R--`, `RWX` … */
export function permText(perm: number): string {
  return `${isReadable(perm) ? 'R' : '-'}${isWriteable(perm) ? 'W' : '-'}${(perm & PermName.INHERIT) !== 0 ? 'X' : '-'}`;
}

export function isReadable(perm: number): boolean {
  return (perm & PermName.READ) !== 0;
}

export function isWriteable(perm: number): boolean {
  return (perm & PermName.WRITE) !== 0;
}

export const PullSysFlag = {
  /** commitOffset of the request is to be stored. */
  COMMIT_OFFSET: 0x1,
  /** May be held until something arrives. */
  SUSPEND: 0x2,
  /** The request brings its own subscription. */
  SUBSCRIPTION: 0x4,
  CLASS_FILTER: 0x8,
} as const;

export const TopicSysFlag = { UNIT: 0x1, UNIT_SUB: 0x2 } as const;
export const SubscriptionSysFlag = { UNIT: 0x1 } as const;
