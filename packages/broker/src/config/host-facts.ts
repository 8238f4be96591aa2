/** What defaults depend on. Told by the program that starts us; packages do not look at the machine. */
export interface HostFacts {
  readonly hostName: string;
  /** The address others reach this machine at: not loopback, IPv4 before IPv6. */
  readonly localAddress: string;
  readonly homeFolder: string;
  readonly cpuCount: number;
  readonly memoryBytes: number;
}
