/**
 * A ring of `clientId-n` points per consumer; a queue belongs to the next point at or behind its own hash. When a
 * consumer comes or goes, only its own queues move.
 * Hash: the first four bytes of MD5 as an unsigned number; key of a queue: its Java text.
 * Source: client/consumer/rebalance/AllocateMessageQueueConsistentHash.java, common/consistenthash/ConsistentHashRouter.java (4.6.0)
 */
import { createHash } from 'node:crypto';
import { formatMessageQueue } from '@rocketmq-ts/client-core';
import type { AllocateMessageQueueStrategy } from './strategy.ts';

const VIRTUAL_NODES = 10;

interface Point {
  readonly hash: number;
  readonly cid: string;
}

export function allocateConsistentHash(virtualNodes: number = VIRTUAL_NODES): AllocateMessageQueueStrategy {
  return {
    name: 'CONSISTENT_HASH',
    allocate({ current, queues, cids }) {
      if (!cids.includes(current)) return [];
      const ring = ringOf(cids, virtualNodes);
      return queues.filter((mq) => ownerOf(ring, hashOf(formatMessageQueue(mq))) === current);
    },
  };
}

function ringOf(cids: readonly string[], virtualNodes: number): Point[] {
  const points = new Map<number, string>();
  for (const cid of cids) {
    for (let n = 0; n < virtualNodes; n += 1) points.set(hashOf(`${cid}-${n}`), cid);
  }
  return [...points].map(([hash, cid]) => ({ hash, cid })).sort((a, b) => a.hash - b.hash);
}

function ownerOf(ring: readonly Point[], hash: number): string | undefined {
  return (ring.find((point) => point.hash >= hash) ?? ring[0])?.cid;
}

function hashOf(key: string): number {
  return createHash('md5').update(key, 'utf8').digest().readUInt32BE(0);
}
