import { describe, expect, test } from 'vitest';
import type { Checkpoint } from '../../src/core/checkpoint/checkpoint';
import { openCheckpoint } from '../../src/core/checkpoint/formats/open';
import { goldenPath, hasGolden } from './golden';

const NAMES = ['fc_layers.0', 'fc_layers.1', 'proj'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]);

const open = (name: string) => openCheckpoint(goldenPath('formats', name));

/** How coarse a format is: half a unit in the last place, relative, and for its smallest numbers absolute. */
interface Rounding {
  readonly dtype: string;
  readonly relative: number;
  readonly absolute: number;
}

const EXACT: Rounding = { dtype: 'f32', relative: 0, absolute: 0 };
const HALF: Rounding = { dtype: 'f16', relative: 2 ** -11, absolute: 2 ** -25 };
const BFLOAT16: Rounding = { dtype: 'bf16', relative: 2 ** -8, absolute: 2 ** -134 };

/** The largest error over all tensors, in units of the rounding; shapes and types are compared on the way. */
async function worstError(actual: Checkpoint, expected: Checkpoint, rounding: Rounding): Promise<number> {
  const { dtype, relative, absolute } = rounding;
  expect([...actual.tensors.keys()].sort()).toEqual([...NAMES].sort());
  let worst = 0;
  for (const name of NAMES) {
    expect(actual.tensors.get(name)?.dtype).toBe(dtype);
    const [a, b] = [await actual.read(name), await expected.read(name)];
    expect(a.shape).toEqual(b.shape);
    for (const [i, value] of a.data.entries()) {
      const error = Math.abs(value - b.data[i]!);
      if (error > 0) worst = Math.max(worst, error / Math.max(relative * Math.abs(b.data[i]!), absolute));
    }
  }
  return worst;
}

describe.skipIf(!hasGolden)('the same weights in every format', () => {
  test.each([
    ['same.safetensors', 'safetensors', EXACT],
    ['same_f16.safetensors', 'safetensors', HALF],
    ['same_bf16.safetensors', 'safetensors', BFLOAT16],
  ])('%s', async (name, format, rounding) => {
    const [actual, expected] = [await open(name), await open('same.npz')];
    expect([actual.format, expected.format]).toEqual([format, 'NumPy npz']);
    expect(await worstError(actual, expected, rounding)).toBeLessThanOrEqual(1);
    await Promise.all([actual.close(), expected.close()]);
  });
});
