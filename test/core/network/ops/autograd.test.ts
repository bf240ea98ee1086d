import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseActivation } from '../../../../src/core/network/ops/activation-text';
import { activation } from '../../../../src/core/network/ops/activation-rules';
import { elementwise } from '../../../../src/core/network/ops/elementwise';
import { placed } from '../../../support/derivatives';
import { readNpy } from '../../../support/logits';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/activations/${name}`, import.meta.url));

interface Fixture {
  /** As Python's repr writes them. */
  readonly modules: readonly string[];
  readonly points: readonly number[];
}

// The numbers of torch in float64, by test/fixtures/make_activations.py.
describe.each(['smooth', 'piecewise'])('%s nonlinearities', (group) => {
  const { modules, points } = JSON.parse(readFileSync(fixture(`${group}.json`), 'utf8')) as Fixture;
  let numbers: ArrayLike<number>;
  beforeAll(async () => {
    const { shape, data } = await readNpy(fixture(`${group}.npy`));
    expect(shape).toEqual([modules.length, 3, points.length]);
    expect(points.length).toBeGreaterThan(180);
    numbers = data;
  });

  it.each([...modules.entries()])('%i %s have the values and derivatives of autograd', (index, written) => {
    const found = parseActivation(written);
    expect(found).not.toBeNull();
    if (found === null) return;
    const { value, slope, curvature } = elementwise(found);
    expect(curvature === null).toBe(group === 'piecewise');
    const { kernel } = placed(
      activation,
      { kind: 'activation', activation: found },
      { inputs: [[points.length]] },
    );
    const x = Float32Array.from(points);
    const [out, slopes] = [new Float32Array(x.length), new Float32Array(x.length)];
    kernel.forward([x], 1, out);
    kernel.jvp({ samples: 1, inputs: [x], output: out }, [new Float32Array(x.length).fill(1)], 1, slopes);
    points.forEach((a, i) => {
      const [y, dy, ddy] = [0, 1, 2].map((row) => numbers[(index * 3 + row) * points.length + i] ?? NaN);
      expectNear(value(a), y, 1e-12, a);
      // torch has some of its factors in float32, whatever it computes with.
      expectNear(slope(a), dy, 1e-7, a);
      // Mish overflows in torch where its second derivative is 0.
      if (Number.isNaN(ddy) && a > 50) expectNear(curvature?.(a), 0, 1e-12, a);
      else expectNear(curvature?.(a) ?? 0, ddy, 1e-7, a);
      expectNear(out[i], y, 1e-7, a);
      expectNear(slopes[i], dy, 1e-7, a);
    });
  });
});

/** Relative above 1, absolute below. */
function expectNear(
  found: number | undefined,
  expected: number | undefined,
  tolerance: number,
  a: number,
): void {
  const error = Math.abs((found ?? NaN) - (expected ?? NaN)) / Math.max(1, Math.abs(expected ?? NaN));
  if (!(error <= tolerance)) expect.fail(`${found} and not ${expected} at ${a}`);
}
