/**
 * The name under which a client instance appears at brokers: `ip@instanceName[@unitName]`. An instance name left at
 * DEFAULT becomes the process id for everything that must differ between processes of one machine (producers, consumers
 * in CLUSTERING); broadcasting consumers keep it, because their offset file is found by it after a restart.
 *
 * Source: client/ClientConfig.java buildMQClientId, changeInstanceNameToPID (4.6.0)
 */
export const DEFAULT_INSTANCE_NAME = 'DEFAULT';

export interface ClientIdParts {
  readonly clientIP: string;
  readonly instanceName: string;
  readonly unitName?: string | undefined;
}

export function buildClientId({ clientIP, instanceName, unitName }: ClientIdParts): string {
  const base = `${clientIP}@${instanceName}`;
  return unitName === undefined || unitName.trim() === '' ? base : `${base}@${unitName}`;
}

export function instanceNameOrPid(instanceName: string, pid: number): string {
  return instanceName === DEFAULT_INSTANCE_NAME ? String(pid) : instanceName;
}

export interface InterfaceAddress {
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly internal: boolean;
}

/**
 * The address a client names itself by: the first IPv4 that is not 127.0* or 192.168*, else the last IPv4, else the
 * first IPv6, else loopback. Source: remoting/common/RemotingUtil.java getLocalAddress (4.6.0)
 */
export function chooseLocalAddress(addresses: readonly InterfaceAddress[]): string {
  const usable = addresses.filter((a) => !a.internal);
  const v4 = usable.filter((a) => a.family === 'IPv4').map((a) => a.address);
  const outside = v4.find((a) => !a.startsWith('127.0') && !a.startsWith('192.168'));
  if (outside !== undefined) return outside;
  const v6 = usable.find((a) => a.family === 'IPv6')?.address;
  return v4.at(-1) ?? v6 ?? '127.0.0.1';
}
