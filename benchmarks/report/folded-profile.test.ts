import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Call, callTree, type FunctionName } from './cpu-profile.ts';
import { flameGraphSvg } from './flame-graph.ts';
import { folded, KEEP, SMALLER_CALLS, unfolded } from './folded-profile.ts';

const frame = (name: string, file = 'packages/store/x.ts'): FunctionName => ({ name, file });
const root = callTree([
  { path: [], selfUs: 5 },
  { path: [frame('put')], selfUs: 10 },
  { path: [frame('put'), frame('append')], selfUs: 100 },
  { path: [frame('put'), frame('stat')], selfUs: 3 },
  { path: [frame('put'), frame('crc')], selfUs: 4 },
]);

const anyStacks = fc.array(
  fc.record({ path: fc.array(fc.record({ name: fc.constantFrom('put', 'append', '(anonymous)', 'a b;c'), file: fc.constantFrom('', 'node:fs', 'packages/store/x.ts:7') }), { maxLength: 6 }), selfUs: fc.integer({ min: 1, max: 1e7 }) }),
  { maxLength: 60 },
);
const countOf = ({ children }: Call): number => children.reduce((sum, child) => sum + 1 + countOf(child), 0);

describe('a folded profile', () => {
  it('lists the time of each stack by the numbers of its frames', () => {
    const { frames, stacks, busyUs } = folded('master', { root, idleUs: 7 }, { calls: 2, functions: 9 });
    expect(frames.map(({ name }) => name)).toEqual(['put', 'append', SMALLER_CALLS]);
    expect(stacks).toEqual([' 5', '0 10', '0;1 100', '0;2 7']);
    expect(busyUs).toBe(122);
  });

  it('has the functions as they were before small calls went together', () => {
    const { functions } = folded('slave', { root, idleUs: 0 }, { calls: 1, functions: 3 });
    expect(functions.map(({ name, selfUs }) => [name, selfUs])).toEqual([
      ['append', 100],
      ['put', 10],
      ['crc', 4],
    ]);
  });

  it('comes back as it was when nothing is too small', () => {
    fc.assert(
      fc.property(anyStacks, (stacks) => {
        const calls = { root: callTree(stacks), idleUs: 3 };
        expect(unfolded(folded('master', calls, { calls: Number.MAX_SAFE_INTEGER, functions: 1 }))).toEqual(calls);
      }),
    );
  });

  it('loses no time, and keeps few calls, the largest', () => {
    fc.assert(
      fc.property(anyStacks, fc.integer({ min: 0, max: 10 }), (stacks, calls) => {
        const whole = callTree(stacks);
        const few = unfolded(folded('master', { root: whole, idleUs: 0 }, { calls, functions: 1 })).root;
        expect(few.totalUs).toBe(whole.totalUs);
        // Each call that is kept, and the root, has what is small drawn together at most once.
        expect(countOf(few)).toBeLessThanOrEqual(2 * calls + 1);
      }),
    );
  });

  it('of a large program makes a graph of a size for a page', () => {
    const longName = (n: number): FunctionName => frame(`aFunctionWithALongName${n}`, `packages/remoting-protocol/src/somewhere/in-a-file-${n}.ts`);
    const stacks = Array.from({ length: 20_000 }, (_, n) => ({ path: [n % 7, n % 31, n % 113, n].map(longName), selfUs: 1 + (n % 997) }));
    const profile = folded('master', { root: callTree(stacks), idleUs: 0 });
    expect(flameGraphSvg('large', unfolded(profile)).length).toBeLessThan(64 * 1024);
    expect(profile.frames.length).toBeLessThanOrEqual(KEEP.calls + 1);
  });

  it('with a frame that is not listed is refused', () => {
    expect(() => unfolded({ frames: [], stacks: ['0 5'], idleUs: 0 })).toThrow('a frame that is not listed: 0 5');
  });
});
