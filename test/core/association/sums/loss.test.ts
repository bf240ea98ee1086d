import { describe, expect, it } from 'vitest';
import { explainedShare, type Fit, fitOf, mergeFit } from '../../../../src/core/association/sums/fit';
import { predict } from '../../../../src/core/association/sums/loss';

describe('binary losses', () => {
  it('are exact for logits of any size', () => {
    const logits = Float32Array.of(800, -800, 800, -800, 0, 30);
    const { loss, judged, correct, weights, gradient } = predict(
      'binary_cross_entropy',
      logits,
      Float32Array.of(1, 0, 0, 1, 1, 1),
      1,
    );
    expect(loss).toBeCloseTo(1600 + Math.LN2, 9);
    expect([judged, correct]).toEqual([6, 3]); // z = 0 is not above 0
    expect(Array.from(gradient(), (slope) => slope + 0)).toEqual([
      0,
      0,
      1,
      -1,
      -0.5,
      Math.fround(-Math.exp(-30)),
    ]);
    expect(weights[4]).toBe(0.25);
    expect(weights[5]! / Math.exp(-30)).toBeCloseTo(1, 9); // 1 − p would be 0 of p in float32, and rough in float64
  });

  it('are the mean over the labels of a sample', () => {
    const logits = Float32Array.of(1, -2, 3, 0.5);
    const two = predict('multi_label', logits, Float32Array.of(1, 0, 0, 1), 2);
    const one = predict('binary_cross_entropy', logits, Float32Array.of(1, 0, 0, 1), 1);
    expect(two.loss).toBeCloseTo(one.loss / 2, 12);
    expect([...two.weights]).toEqual(Array.from(one.weights, (weight) => weight / 2));
    expect([...two.gradient()]).toEqual(Array.from(one.gradient(), (slope) => slope / 2));
    expect([two.judged, two.correct]).toEqual([4, 3]);
  });
});

describe('R²', () => {
  const fit = (z: readonly number[], y: readonly number[], outputs = 1): Fit =>
    fitOf(Float32Array.from(z), Float32Array.from(y), outputs);

  it('is 1 of what is met, 0 of the mean, and below of what is worse', () => {
    expect(explainedShare(fit([1, 2, 3], [1, 2, 3]))).toBe(1);
    expect(explainedShare(fit([2, 2, 2], [1, 2, 3]))).toBe(0);
    expect(explainedShare(fit([3, 2, 1], [1, 2, 3]))).toBe(-3);
  });

  it('is the mean of the outputs whose targets vary, and null where none does', () => {
    expect(explainedShare(fit([1, 5, 2, 7, 3, 9], [1, 0.1, 2, 0.1, 3, 0.1], 2))).toBe(1);
    const constant = fit([1, 2, 3], [0.1, 0.1, 0.1]);
    mergeFit(constant, fit([1], [0.1]));
    expect(explainedShare(constant)).toBeNull();
  });

  it('does not lose itself in targets far from 0, however they are cut', () => {
    const y = Array.from({ length: 40 }, (_, i) => 2 ** 20 + (i % 7) / 8);
    const z = y.map((value, i) => value + (i % 3) / 8);
    const whole = fit(z, y);
    const parts = fit(z.slice(0, 3), y.slice(0, 3));
    mergeFit(parts, fit(z.slice(3), y.slice(3)));
    const mean = y.reduce((sum, value) => sum + (value - 2 ** 20), 0) / 40;
    const total = y.reduce((sum, value) => sum + (value - 2 ** 20 - mean) ** 2, 0);
    const residual = z.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0);
    expect(explainedShare(whole)).toBeCloseTo(1 - residual / total, 9);
    expect(explainedShare(parts)).toBeCloseTo(1 - residual / total, 9);
  });
});
