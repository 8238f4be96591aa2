import type { Connection } from '@rocketmq-ts/remoting';

/** One client's membership over one connection: Java's ClientChannelInfo. */
export interface ClientChannel {
  readonly connection: Connection;
  readonly clientId: string;
  /** LanguageCode number. */
  readonly language: number;
  /** MQVersion ordinal of the client. */
  readonly version: number;
  /** Monotonic ms of the last heartbeat. */
  lastSeenMs: number;
}

/** A member that sent no heartbeat for this long is dropped and its connection closed. */
export const CHANNEL_EXPIRY_MS = 120_000;
