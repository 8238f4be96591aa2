/** IP addresses between text and bytes. IPv4 in IPv6 clothes (`::ffff:1.2.3.4`, as a dual-stack socket reports it) is IPv4. */

/** Four bytes as one number, or −1 when `ip` is not dotted decimal. */
export function ipv4Number(ip: string): number {
  let value = 0;
  let part = -1;
  let parts = 1;
  for (let index = 0; index < ip.length; index++) {
    const unit = ip.charCodeAt(index);
    if (unit === 0x2e) {
      if (part < 0 || ++parts > 4) return -1;
      value = value * 256 + part;
      part = -1;
    } else {
      const digit = unit - 48;
      if (digit < 0 || digit > 9) return -1;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return -1;
    }
  }
  return parts === 4 && part >= 0 ? value * 256 + part : -1;
}

/** IPv4 text inside an IPv4-mapped IPv6 text, else the text itself without a zone (`%eth0`). */
export function plainIp(ip: string): string {
  if (!ip.includes(':')) return ip;
  const zone = ip.indexOf('%');
  const bare = zone < 0 ? ip : ip.slice(0, zone);
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(bare);
  return mapped?.[1] ?? bare;
}

/** 16 bytes, or undefined when `ip` is no IPv6 address. */
export function parseIpv6(ip: string): Buffer | undefined {
  const halves = ip.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] as string);
  const tail = halves.length === 2 ? groupsOf(halves[1] as string) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const bytes = Buffer.alloc(16);
  [...head, ...new Array<number>(missing).fill(0), ...tail].forEach((group, index) => bytes.writeUInt16BE(group, index * 2));
  return bytes;
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] as string;
    if (index === parts.length - 1 && part.includes('.')) {
      const v4 = ipv4Number(part);
      if (v4 < 0) return undefined;
      groups.push(Math.floor(v4 / 65536), v4 % 65536);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

export function ipv4Text(buffer: Buffer, at: number): string {
  return `${buffer[at]}.${buffer[at + 1]}.${buffer[at + 2]}.${buffer[at + 3]}`;
}

/** The short form of RFC 5952: lower case, the longest run of zero groups as `::`. */
export function ipv6Text(buffer: Buffer, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => buffer.readUInt16BE(at + index * 2));
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
    if (length > 0) start += length - 1;
  }
  const hex = (from: number, to: number): string => groups.slice(from, to).map((group) => group.toString(16)).join(':');
  return best.start < 0 ? hex(0, 8) : `${hex(0, best.start)}::${hex(best.start + best.length, 8)}`;
}
