import { describe, expect, it } from 'vitest';
import { type Figure, figureOf } from './figure.ts';
import { decide, goalsOf } from './goals.ts';
import { closed, MADE_UP_OURS, MADE_UP_TUNED, madeUpResults, madeUpRounds } from './made-up-results.ts';
import { percent } from './units.ts';

const figure = (...values: readonly number[]): Figure => figureOf(values, new Set(), 1) as Figure;
const atMost = { kind: 'at most', target: 0.1, unit: percent } as const;

describe('a goal', () => {
  it('is met when the middle half of the rounds is on its side', () => {
    expect(decide(figure(0.08, 0.09, 0.1), atMost)).toEqual({ verdict: 'met', because: '' });
    expect(decide(figure(3.9, 4.1, 4.15, 4.2, 4.4), { kind: 'at least', target: 4, unit: String }).verdict).toBe('met');
  });

  it('is decided by rounds that lie far apart when all of them lie on one side', () => {
    expect(decide(figure(0.2, 0.4, 0.9), atMost).verdict).toBe('not met');
  });

  it('is missed by what lies between it and the median', () => {
    expect(decide(figure(0.2, 0.23, 0.25), atMost)).toEqual({ verdict: 'not met', because: 'by 13 %' });
  });

  it('is not decided by rounds on both sides, by doubtful figures, or by none', () => {
    expect(decide(figure(0.08, 0.12, 0.13), atMost).because).toContain('the rounds lie on both sides');
    expect(decide(figure(0.02), atMost)).toEqual({ verdict: 'not decided', because: 'fewer than 3 rounds; the median would meet it' });
    expect(decide(figure(0.02, 0.12, 0.4), atMost).because).toBe('the rounds lie far apart; the median misses it by 2.0 %');
    expect(decide(undefined, atMost)).toEqual({ verdict: 'not decided', because: 'not measured in this run' });
  });
});

describe('the goals of a run', () => {
  const at = (contender: string, role: 'ASYNC_MASTER' | 'SYNC_MASTER', sends: number, load = closed(4, 16)) => madeUpRounds([sends, sends, sends], { contender, role, load });

  it('hold us against tuned Java and against ourselves', () => {
    const samples = [...at('rocketmq-ts', 'ASYNC_MASTER', 1000), ...at('rocketmq-ts', 'SYNC_MASTER', 950), ...at('Java 4.6.0 tuned', 'SYNC_MASTER', 300)];
    const verdicts = goalsOf(madeUpResults({ samples, contenders: [MADE_UP_OURS, MADE_UP_TUNED] })).map(({ id, figure: words, verdict }) => [id, words, verdict]);
    expect(verdicts).toEqual([
      ['P4', '3.17 × (3.17 × … 3.17 ×)', 'not met'],
      ['P6', '5.0 % (5.0 % … 5.0 %)', 'met'],
      ['P6', 'not measured', 'not decided'],
      ['P7', 'not measured', 'not decided'],
      ['P7', 'not measured', 'not decided'],
      ['P7', 'not measured', 'not decided'],
    ]);
  });

  it('are all undecided without samples', () => {
    expect(new Set(goalsOf(madeUpResults()).map(({ verdict }) => verdict))).toEqual(new Set(['not decided']));
  });
});
