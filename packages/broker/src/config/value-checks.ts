/** What the types of Java's configuration do not say about a value. */

export const HOST = 'a host name or IP address, without port';
export const HOST_AND_PORT = 'host:port';
export const NAME_SERVERS = 'host:port, several separated by ;';
export const PATH = 'the whole path of a folder; ~ and variables are not replaced';

export function isNotEmpty(text: string): boolean {
  return text !== '';
}

const HOST_NAME = /^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$/;
const IPV6 = /^(?=.*:.*:)[0-9a-fA-F:.]+(%[0-9A-Za-z._-]+)?$/;

export function isHost(text: string): boolean {
  return isIpAddress(text) || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text));
}

export function isIpAddress(text: string): boolean {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) return text.split('.').every((part) => Number(part) <= 255);
  return IPV6.test(unbracketed(text));
}

export function isNameServerList(text: string): boolean {
  return nameServersOf(text) !== undefined;
}

/** `host:port` each, or undefined when one is not. A separator at the end is harmless. */
export function nameServersOf(text: string): string[] | undefined {
  const items = text
    .replace(/[;\s]+$/, '')
    .split(';')
    .map((item) => item.trim());
  return items.every(isHostAndPort) ? items : undefined;
}

export function isHostAndPort(text: string): boolean {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  const [, host = '', port = ''] = match ?? [];
  const isKnown = host.includes(':') ? host.startsWith('[') && isIpAddress(host) : isHost(host);
  return isKnown && Number(port) >= 1 && Number(port) <= 65_535;
}

export function isPath(text: string): boolean {
  return text !== '' && !text.startsWith('~') && !/\$\{|\$[A-Z]/.test(text) && !text.includes('\0');
}

export function isHourList(text: string): boolean {
  return text
    .replace(/;$/, '')
    .split(';')
    .every((hour) => /^\s*\d{1,2}\s*$/.test(hour) && Number(hour) <= 23);
}

export function isDelayLevelList(text: string): boolean {
  return /^\d{1,9}[smhd]( \d{1,9}[smhd])*$/.test(text);
}

function unbracketed(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
