/**
 * What a client must know of the process and machine it runs in, beyond the kernel's seams. The one file of the SDK
 * that asks the process itself; tests hand in their own facts.
 */
import { homedir, networkInterfaces } from 'node:os';
import process from 'node:process';
import { chooseLocalAddress } from './client-id.ts';

export interface HostFacts {
  readonly pid: number;
  /** The address this client names itself by; never used to connect. */
  readonly localAddress: string;
  readonly homeFolder: string;
  /** Variable NAMESRV_ADDR, undefined when unset or empty. */
  readonly namesrvAddr: string | undefined;
  /** Takes a line for the operator; the default log's only outlet. */
  readonly writeLine: (line: string) => void;
}

export function nodeHostFacts(): HostFacts {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return {
    pid: process.pid,
    localAddress: chooseLocalAddress(addresses),
    homeFolder: homedir(),
    namesrvAddr: nonBlank(process.env['NAMESRV_ADDR']),
    writeLine: (line) => void process.stderr.write(line.endsWith('\n') ? line : `${line}\n`),
  };
}

function nonBlank(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

/** 4 or 16 bytes of an address text; a name or nonsense gives 127.0.0.1, which is as unique as its salt. */
export function addressBytes(address: string): Buffer {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (v4 !== null) return Buffer.from(v4.slice(1).map(Number));
  const plain = address.replace(/%.*$/, '');
  if (!/^[0-9a-fA-F:]+$/.test(plain) || !plain.includes(':')) return Buffer.from([127, 0, 0, 1]);
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const words = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  const bytes = Buffer.alloc(16);
  words.slice(0, 8).forEach((word, i) => bytes.writeUInt16BE(Number.parseInt(word || '0', 16) & 0xffff, i * 2));
  return bytes;
}
