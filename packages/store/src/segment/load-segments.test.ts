import { createSimulation, type SimHost } from '@rocketmq-ts/kernel/sim';
import { describe, expect, it } from 'vitest';
import { loadSegments } from './load-segments.ts';

const FOLDER = '/log';
const SIZE = 4096;

function hostWith(files: Record<string, number>): SimHost {
  const host = createSimulation(1).host('a');
  host.env.disk.makeDir(FOLDER);
  for (const [offset, length] of Object.entries(files)) host.disk.writeFile(`${FOLDER}/${offset.padStart(20, '0')}`, Buffer.alloc(length, 1));
  return host;
}

function load(host: SimHost) {
  return loadSegments(host.env.disk, host.env.log, FOLDER, SIZE);
}

describe('loadSegments', () => {
  it('takes files in order, from whatever offset the log begins', () => {
    const { set } = load(hostWith({ '8192': SIZE, '4096': SIZE }));
    expect(set.segments.map((segment) => segment.baseOffset)).toEqual([4096, 8192]);
    expect(set.find(4095)).toBeUndefined();
    expect(set.find(8191)?.baseOffset).toBe(4096);
    expect(set.find(12_288)).toBeUndefined();
  });

  it.each([0, 1, 4095])('fills up a last file of %d bytes that a crash has left (rmq-6904)', (length) => {
    const host = hostWith({ '0': SIZE, '4096': length });
    const { set, shortFiles } = load(host);
    expect([...shortFiles]).toEqual([[4096, length]]);
    expect(host.disk.readFile(`${FOLDER}/00000000000000004096`).length).toBe(SIZE);
    expect(set.last?.baseOffset).toBe(4096);
  });

  it('puts an empty file where one is missing', () => {
    const host = hostWith({ '0': SIZE, '12288': SIZE });
    expect(load(host).set.segments.map((segment) => segment.baseOffset)).toEqual([0, 4096, 8192, 12_288]);
    expect(host.log.entries.filter((entry) => entry.message.includes('missing')).length).toBe(2);
  });

  it('refuses what only a wrong setting explains, and says which', () => {
    expect(() => load(hostWith({ '0': SIZE + 1 }))).toThrow(/mappedFileSizeCommitLog/);
    expect(() => load(hostWith({ '0': SIZE, '4000': SIZE }))).toThrow(/mappedFileSizeCommitLog/);
    expect(() => load(hostWith({ '0': SIZE, '1000': SIZE }))).toThrow(/mappedFileSizeCommitLog/);
  });

  it('does not make up a whole lost log', () => {
    expect(() => load(hostWith({ '0': SIZE, [`${SIZE * 100}`]: SIZE }))).toThrow(/Put them back/);
  });

  it('leaves other names alone', () => {
    const host = hostWith({ '0': SIZE });
    host.disk.writeFile(`${FOLDER}/.DS_Store`, Buffer.from('x'));
    expect(load(host).set.segments.length).toBe(1);
    expect(host.disk.exists(`${FOLDER}/.DS_Store`)).toBe(true);
  });
});
