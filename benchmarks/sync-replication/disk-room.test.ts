import { expect, it } from 'vitest';
import { checkDiskRoom, roomFor } from './disk-room.ts';
import { CLOSED_LOADS, planRun, VARIANT_LOADS } from './plan.ts';

const TIMES = { pairWarmUpSeconds: 3, warmUpSeconds: 0.5, measureSeconds: 2 };
const GIB = 2 ** 30;
const scope = { contenders: [{ name: 'A', inVariants: true }], loads: CLOSED_LOADS, variantLoads: CLOSED_LOADS, rounds: 1, variantRounds: 1 };
const [pair] = planRun({ ...scope, variants: ['usual'] });
const [trio] = planRun({ ...scope, variants: ['two-slaves'] });
const [short] = planRun({ ...scope, variants: ['usual'], loads: VARIANT_LOADS });
if (pair === undefined || trio === undefined || short === undefined) throw new Error('the plan is empty');

it('grows with brokers, loads and time', () => {
  expect(roomFor(trio, TIMES) / roomFor(pair, TIMES)).toBeCloseTo(1.5);
  expect(roomFor(short, TIMES)).toBeLessThan(roomFor(pair, TIMES));
  expect(roomFor(pair, { ...TIMES, measureSeconds: 20 })).toBeGreaterThan(2 * roomFor(pair, TIMES));
});

it('asks for what the stores need and for the tenth that brokers want free', () => {
  const needed = roomFor(pair, TIMES) + 10 * GIB;
  expect(() => checkDiskRoom(pair, TIMES, { freeBytes: needed, totalBytes: 100 * GIB }, '/stores')).not.toThrow();
  expect(() => checkDiskRoom(pair, TIMES, { freeBytes: 2 * GIB, totalBytes: 100 * GIB }, '/stores')).toThrow(/the disk of \/stores has 2\.0 GiB free, \d+\.\d GiB may be needed/);
});
