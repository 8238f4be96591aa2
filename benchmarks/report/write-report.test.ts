import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempFolder } from '@rocketmq-ts/testkit';
import { describe, expect, it } from 'vitest';
import type { SyncReplicationResults } from '../sync-replication/results.ts';
import { MADE_UP_OURS, madeUpProfile, madeUpResults, madeUpSample, madeUpWholeRun } from './made-up-results.ts';
import { readResults } from './results-json.ts';
import { writeSyncReplicationReport } from './write-report.ts';

interface Written {
  readonly names: readonly string[];
  readonly markdown: string;
  readonly page: string;
}

async function written(results: SyncReplicationResults, profiles: (folder: string) => readonly string[] = () => []): Promise<Written> {
  const folder = makeTempFolder('report');
  try {
    const base = join(folder.path, 'reports', 'made-up');
    const files = await writeSyncReplicationReport(results, base, profiles(folder.path));
    expect(readResults(`${base}.json`)).toEqual(results);
    const markdown = readFileSync(`${base}.md`, 'utf8');
    const page = readFileSync(`${base}.html`, 'utf8');
    for (const text of [markdown, page]) expect(text).not.toMatch(/\bNaN\b|undefined|Infinity|\[object/);
    return { names: files.map((file) => file.slice(base.length)), markdown, page };
  } finally {
    folder.remove();
  }
}

const PLOTS = ['-throughput.svg', '-cost.svg', '-rt-in-flight.svg', '-rt-load.svg'];

describe('the report', () => {
  it('of a whole run has its figures, pages and plots', async () => {
    const { names, markdown, page } = await written(madeUpWholeRun());
    expect(names).toEqual(['.json', '.md', '.html', ...PLOTS]);
    for (const part of ['## Goals', '### 4 × 16 in flight, 128 B', '50 % of the asynchronous maximum', 'SYNC_FLUSH on the slave', '-Xmx3g', '![Throughput']) expect(markdown).toContain(part);
    expect(page.match(/<svg /g)).toHaveLength(PLOTS.length);
    expect(page).toContain('the tutorial: about 10 %');
  });

  it('of an interrupted run says so first and gives what there is', async () => {
    const whole = madeUpWholeRun();
    const { markdown } = await written({ ...whole, incomplete: ['interrupted in round 1'], samples: whole.samples.slice(0, 5) });
    expect(markdown.indexOf('this run is not complete: interrupted in round 1')).toBeLessThan(markdown.indexOf('## '));
    expect(markdown).toContain('Not measured in this run: Java 4.6.0 with its defaults');
  });

  it('without Java speaks of us alone', async () => {
    const { samples, machine } = madeUpWholeRun();
    const { markdown } = await written(madeUpResults({ contenders: [MADE_UP_OURS], samples: samples.filter(({ contender }) => contender === 'rocketmq-ts'), machine: { ...machine, java: undefined } }));
    expect(markdown).toContain('no JDK');
    expect(markdown).not.toContain('| Java');
  });

  it('of one round prints no figure bare', async () => {
    const { markdown } = await written(madeUpWholeRun(1));
    const cells = markdown.split('\n').filter((line) => line.startsWith('| rocketmq-ts |')).flatMap((line) => line.split('|').slice(3, -1));
    const figures = cells.filter((cell) => /\d/.test(cell));
    expect(figures.length).toBeGreaterThan(50);
    expect(figures.filter((cell) => !cell.includes('≈'))).toEqual([]);
  });

  it('lists sends that failed, and marks what was measured meanwhile', async () => {
    const { samples, ...rest } = madeUpWholeRun(3);
    const failing = samples.map((sample) => (sample.contender === 'Java 4.6.0' && sample.role === 'SYNC_MASTER' ? { ...sample, failed: 7, firstFailure: '{"code":2,"remark":"[TIMEOUT_CLEAN_QUEUE]<b>|"}' } : sample));
    const { markdown, page } = await written({ ...rest, samples: failing });
    expect(markdown).toContain('## Sends that failed');
    expect(markdown).toMatch(/\| Java 4\.6\.0 \| SYNC_MASTER \| ≈ [^|]*³/);
    expect(page).toContain('&lt;b&gt;|');
  });

  it('of samples in which nothing was answered has no plot and no figure', async () => {
    const nothing = madeUpSample({ sendsPerSecond: 0, failed: 9, firstFailure: 'connection lost', processes: [] });
    const { names } = await written(madeUpResults({ samples: [nothing, { ...nothing, role: 'SYNC_MASTER' }] }));
    expect(names).toEqual(['.json', '.md', '.html']);
  });

  it('of no samples at all says that nothing was measured', async () => {
    const { names, markdown } = await written(madeUpResults({ incomplete: ['no broker came up'] }));
    expect(names).toEqual(['.json', '.md', '.html']);
    expect(markdown).toContain('Not measured in this run: rocketmq-ts');
  });

  it('shows where the processor time went, with graphs on the page and beside it', async () => {
    const { names, markdown, page } = await written(madeUpResults({ samples: [madeUpSample({})], profile: madeUpProfile() }));
    expect(names.filter((name) => name.includes('profile'))).toEqual(['-profile-master.svg', '-profile-slave.svg']);
    expect(markdown).toContain('![SYNC_MASTER at 90.0k/s](made-up-profile-master.svg)');
    expect(markdown).toContain('| `writeBuffer` | native, for node:fs | 60 % | 60 % |');
    expect(markdown).toContain('none of the figures above comes from it');
    expect(page).toContain('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200');
    expect(page).toContain('aria-label="SLAVE of a SYNC_MASTER at 90.0k/s"');
    expect(page).toContain('<title>put|made&lt;up&gt; (packages/store/src/made-up.ts): 100 %, itself 40 %</title>');
  });

  it('takes in a flame graph', async () => {
    const { markdown, page } = await written(madeUpResults(), (folder) => {
      const svgFile = join(folder, 'flames.svg');
      writeFileSync(svgFile, '<svg aria-label="master, made up"></svg>');
      return [svgFile];
    });
    expect(markdown).toContain('![master, made up](../flames.svg)');
    expect(page).toContain('<svg aria-label="master, made up">');
  });
});
