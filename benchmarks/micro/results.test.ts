import { describe, expect, it } from 'vitest';
import { microReport } from './report.ts';
import { type SubjectResult, timesAsFast, verdictsOf } from './results.ts';

const decode: SubjectResult = {
  id: 'decode',
  title: 'Header decode',
  unit: 'header',
  goal: { id: 'P11', atLeast: 2, timesAsFastAs: 'JSON.parse' },
  contestants: [
    { name: 'ours', nsPerUnit: [500, 1000, 600] },
    { name: 'JSON.parse', nsPerUnit: [900, 1900, 1200] },
  ],
};
const append: SubjectResult = { id: 'append', title: 'Append', unit: 'message', bytesPerUnit: 1024, goal: { id: 'P12', atLeast: 700_000, perSecond: true }, contestants: [{ name: 'ours', nsPerUnit: [1000, 1250, 900] }] };

describe('timesAsFast', () => {
  it('compares within a round, so that a slow round tells nothing', () => {
    expect(timesAsFast(decode.contestants[0] as never, decode.contestants[1] as never)).toEqual([1.8, 1.9, 2]);
  });
});

describe('verdictsOf', () => {
  it('holds the median against the goal', () => {
    expect(verdictsOf(decode)).toEqual([{ id: 'P11', contestant: 'ours', reached: 1.9, atLeast: 2, is: 'not met' }]);
    expect(verdictsOf(append)).toEqual([{ id: 'P12', contestant: 'ours', reached: 1_000_000, atLeast: 700_000, is: 'met' }]);
  });

  it('leaves open what rounds that lie far apart contradict', () => {
    const contestants = [{ name: 'ours', nsPerUnit: [1000, 1000, 1000] }, { name: 'JSON.parse', nsPerUnit: [200, 2100, 9000] }];
    expect(verdictsOf({ ...decode, contestants })).toMatchObject([{ reached: 2.1, is: 'unclear' }]);
  });

  it('says nothing without a goal, or without the one to compare with', () => {
    expect(verdictsOf({ ...decode, goal: undefined })).toEqual([]);
    expect(verdictsOf({ ...decode, contestants: decode.contestants.slice(0, 1) })).toEqual([]);
  });
});

describe('microReport', () => {
  const report = microReport([decode, append], { machine: 'Machine.', how: 'How.' });

  it('puts the goal beside what was reached, and says by how much it was missed', () => {
    expect(report).toContain('| P11 | Header decode | ours against JSON.parse | 1.90 × | 2.00 × | **not met**: 5 % short |');
    expect(report).toContain('| P12 | Append | ours | 1000k messages/s | 700k messages/s | met |');
  });

  it('marks a spread that is too wide', () => {
    expect(report).toContain('| ours | 600 (500 … 1000) ⚠ wide | 1.67 M |  |');
    expect(report).toContain('| ours | 1000 (900 … 1250) ⚠ wide | 1.00 M | 977 |  |');
  });
});
