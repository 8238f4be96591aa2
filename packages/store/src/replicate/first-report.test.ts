import { describe, expect, it } from 'vitest';
import { planFirstReport } from './first-report.ts';

const FILE = 1_000_000;
const KIB_64 = 65_536;

function plan(own: readonly [number, number], master: readonly [number, number] | undefined) {
  const [minOffset, maxOffset] = own;
  return planFirstReport({ minOffset, maxOffset }, master === undefined ? undefined : { minOffset: master[0], maxOffset: master[1] }, FILE);
}

describe('an empty slave', () => {
  it.each([
    ['says 0 when it does not know the master’s log', [0, 0], undefined, 0, undefined, false],
    ['says 0 when the master has nothing either', [0, 0], [0, 0], 0, undefined, false],
    ['puts the first byte there and says 1 for a log from 0 on', [0, 0], [0, 50], 1, 0, true],
    ['says where the log begins', [0, 0], [2_000_000, 5_000_000], 2_000_000, 2_000_000, false],
    ['forgets where it was to begin', [1_000_000, 1_000_000], [2_000_000, 5_000_000], 2_000_000, 2_000_000, false],
    ['even back to the start', [1_000_000, 1_000_000], [0, 5_000_000], 1, 0, true],
  ] as const)('%s', (_name, own, master, offset, startAt, takesZeroByte) => {
    expect(plan(own, master)).toEqual({ kind: 'report', offset, startAt, takesZeroByte });
  });

  it('refuses files of another size', () => {
    expect(plan([0, 0], [1_500_000, 2_000_000])).toMatchObject({ kind: 'refused', reason: expect.stringContaining('mappedFileSizeCommitLog') });
  });
});

describe('a slave with a log', () => {
  it.each([
    ['has the last 64 KiB compared', [0, 500_000], [0, 900_000], 500_000 - KIB_64],
    ['has them compared at the very end too', [0, 500_000], [0, 500_000], 500_000 - KIB_64],
    ['has all but the first byte of a short one compared, for 0 means something else', [0, 500], [0, 900_000], 1],
    ['nothing below the master’s start', [0, 1_000_100], [1_000_000, 2_000_000], 1_000_000],
    ['nothing below its own start', [1_000_000, 1_000_100], [0, 2_000_000], 1_000_000],
    ['nothing when the master’s log begins at its end', [0, 1_000_000], [1_000_000, 2_000_000], 1_000_000],
    ['does not need to know the master’s log', [0, 500_000], undefined, 500_000 - KIB_64],
  ] as const)('%s', (_name, own, master, offset) => {
    expect(plan(own, master)).toEqual({ kind: 'report', offset, startAt: undefined, takesZeroByte: false });
  });

  it.each([
    ['ahead of the master', [0, 501], [0, 500], 'ahead', 'this log ends at 501, ahead of the master'],
    ['ahead of an empty master', [0, 501], [0, 0], 'ahead', 'which ends at 0'],
    ['behind what the master has kept', [0, 500], [1_000_000, 2_000_000], 'deleted', 'the master has deleted what lies before 1000000'],
  ] as const)('does not follow when it is %s', (_name, own, master, cause, reason) => {
    expect(plan(own, master)).toMatchObject({ kind: 'refused', cause, reason: expect.stringContaining(reason) });
  });
});
