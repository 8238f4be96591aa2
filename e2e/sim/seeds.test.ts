import { describe, expect, it } from 'vitest';
import { rowOf, runSeed } from './cluster/run-seed.ts';
import { rowText } from './cluster/rows.ts';

/** `SIM_SEED=7` replays one seed, `SIM_SEEDS=5000` runs so many (from `SIM_FROM`). */
const ONE = process.env['SIM_SEED'];
const COUNT = Number(process.env['SIM_SEEDS'] ?? 40);
const FROM = Number(process.env['SIM_FROM'] ?? 1);
const SEEDS = ONE === undefined ? Array.from({ length: COUNT }, (_, index) => FROM + index) : [Number(ONE)];

describe('a cluster through a script of faults', () => {
  it.each(SEEDS.map((seed) => ({ seed, row: rowText(rowOf(seed)) })))('seed $seed: $row', { timeout: 60_000 }, async ({ seed }) => {
    const { lines } = await runSeed(seed);
    if (ONE !== undefined) console.log(lines.join('\n'));
    expect(lines.at(-1)).toBeDefined();
  });
});

describe('the simulation', () => {
  it('is the same twice: one seed, one history', async () => {
    const seed = SEEDS[0] as number;
    expect((await runSeed(seed)).lines).toEqual((await runSeed(seed)).lines);
  });
});
