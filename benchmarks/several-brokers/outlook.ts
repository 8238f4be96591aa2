// What brokers on more cores would do, computed from what one and two did. Pure.

export interface Measured {
  /** Of one broker that has a core for itself. */
  readonly sendsPerSecond: number;
  /** Two brokers on two cores together, against twice one of them, at worst: 1 when neither is in the other's way. */
  readonly keptByTwo: number;
  readonly diskBytesPerSend: number;
  /** Of a request on the wire; its answer is not in it. */
  readonly requestBytes: number;
}

export interface Outlook {
  readonly cores: number;
  /** When no broker is ever in another's way. */
  readonly atMost: number;
  /** When each doubling of the brokers costs again what the first one did. */
  readonly careful: number;
  /** MiB/s that the careful one gives to the disk. */
  readonly diskMiBPerSecond: number;
  /** Gbit/s of its requests. */
  readonly networkGbitPerSecond: number;
}

const MIB = 2 ** 20;

export function outlook({ sendsPerSecond, keptByTwo, diskBytesPerSend, requestBytes }: Measured, cores: number): Outlook {
  const atMost = cores * sendsPerSecond;
  // More than twice is the machine's straying, nothing to count on.
  const careful = atMost * Math.min(1, keptByTwo) ** Math.log2(cores);
  return { cores, atMost, careful, diskMiBPerSecond: (careful * diskBytesPerSend) / MIB, networkGbitPerSecond: (careful * requestBytes * 8) / 1e9 };
}
