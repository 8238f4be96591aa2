import { describe, expect, it } from 'vitest';
import { type CallFrame, type CpuProfile, callsOf, functionTimes } from './cpu-profile.ts';
import { flameGraphSvg } from './flame-graph.ts';

const frame = (functionName: string, url = 'packages/store/x.ts'): CallFrame => ({ functionName, url, lineNumber: 0, columnNumber: 0 });
const nameOf = ({ functionName, url }: CallFrame) => ({ name: functionName, file: url });

/** Samples a millisecond apart: put called append in two ways, then waited. */
const profile: CpuProfile = {
  startTime: 1_000_000,
  nodes: [
    { id: 1, callFrame: frame('(root)', ''), children: [2, 3, 6] },
    { id: 2, callFrame: frame('put'), children: [4] },
    { id: 3, callFrame: frame('put'), children: [5] },
    { id: 4, callFrame: frame('append<T>') },
    { id: 5, callFrame: frame('append<T>') },
    { id: 6, callFrame: frame('(idle)', '') },
  ],
  samples: [4, 5, 2, 6, 4],
  timeDeltas: [1000, 1000, 1000, 1000, 1000],
};

describe('a processor profile', () => {
  it('is a tree in which calls of one function from one place are one', () => {
    const { root, idleUs } = callsOf(profile, nameOf);
    expect(idleUs).toBe(1000);
    expect(root.children).toEqual([
      {
        name: 'put',
        file: 'packages/store/x.ts',
        selfUs: 1000,
        totalUs: 3000,
        children: [{ name: 'append<T>', file: 'packages/store/x.ts', selfUs: 2000, totalUs: 2000, children: [] }],
      },
    ]);
  });

  it('can be cut to the time of the load', () => {
    const { root, idleUs } = callsOf(profile, nameOf, 1_002_000, 1_003_500);
    expect([root.totalUs, idleUs]).toEqual([2000, 0]);
  });

  it('tells whose work a native function does', () => {
    const nodes = [
      { id: 1, callFrame: frame('(root)', ''), children: [2, 3, 4] },
      { id: 2, callFrame: frame('writeSync', 'node:fs'), children: [5] },
      { id: 3, callFrame: frame('handleWriteReq', 'node:net'), children: [6] },
      { id: 4, callFrame: frame('(garbage collector)', '') },
      { id: 5, callFrame: frame('writeBuffer', '') },
      { id: 6, callFrame: frame('writeBuffer', '') },
    ];
    const { root } = callsOf({ startTime: 0, nodes, samples: [5, 6, 4, 4], timeDeltas: [0, 3, 2, 1] }, nameOf);
    expect(functionTimes(root).filter(({ selfUs }) => selfUs > 0)).toMatchObject([
      { name: 'writeBuffer', file: 'native, for node:fs', selfUs: 3 },
      { name: 'writeBuffer', file: 'native, for node:net', selfUs: 2 },
      { name: '(garbage collector)', file: '', selfUs: 1 },
    ]);
  });

  it('tells how long each function took itself, and with what it calls, once where it calls itself', () => {
    const recursive = { name: 'walk', file: 'f', selfUs: 10, totalUs: 15, children: [{ name: 'walk', file: 'f', selfUs: 5, totalUs: 5, children: [] }] };
    expect(functionTimes({ name: 'all', file: '', selfUs: 0, totalUs: 15, children: [recursive] })).toEqual([{ name: 'walk', file: 'f', selfUs: 15, totalUs: 15 }]);
    expect(functionTimes(callsOf(profile, nameOf).root).map(({ name, selfUs }) => [name, selfUs])).toEqual([
      ['append<T>', 2000],
      ['put', 1000],
    ]);
  });
});

describe('a flame graph', () => {
  it('shows each call with its share of the busy time when pointed at', () => {
    const svg = flameGraphSvg('made up & drawn', callsOf(profile, nameOf));
    expect(svg).toContain('made up &amp; drawn');
    expect(svg).toContain('<title>append&lt;T&gt; (packages/store/x.ts): 67 %, itself 67 %</title>');
    expect(svg).toContain('Busy 75 % of 0.0 s');
    expect(svg).not.toMatch(/<script|href|NaN/);
  });

  it('of nothing says so', () => {
    expect(flameGraphSvg('nothing', callsOf({ startTime: 0, nodes: [], samples: [], timeDeltas: [] }, nameOf))).toContain('No samples.');
  });
});
