/** What a peer may make us hold. Checked before memory is taken. */
export interface FrameLimits {
  /** Bytes of a whole frame, its length word included. */
  readonly frameBytesMax: number;
  readonly headerBytesMax: number;
}

/** Java's frame limit; it has none for headers. Source: remoting/netty/NettyDecoder.java (4.6.0) */
export const DEFAULT_FRAME_LIMITS: FrameLimits = { frameBytesMax: 16_777_216, headerBytesMax: 256 * 1024 };
