import { describe, expect, it } from 'vitest';
import {
  factorAxis,
  linearAxis,
  percentAxis,
  type PlotAxis,
  tidyTicks,
  usualAxis,
  valueText,
} from '../../../../src/core/render/study/plot-axis';
import type { Factor } from '../../../../src/core/study/groups';

const L1: Factor = { key: 'l1', scale: 'log', values: [0, 1e-5, 1e-4, 1e-3, 1e-2] };
const DROP: Factor = { key: 'drop', scale: 'linear', values: [0, 0.2, 0.4, 0.6] };

const ticksOf = ({ ticks }: PlotAxis): (readonly [number, string])[] =>
  ticks.map(({ at, label }) => [at, label]);

describe('axes', () => {
  it('have decades as powers of ten, and a zero before them behind a break', () => {
    const axis = factorAxis(L1, 'log');
    expect(ticksOf(axis)).toEqual([
      [-6, '0'],
      [-5, '10⁻⁵'],
      [-4, '10⁻⁴'],
      [-3, '10⁻³'],
      [-2, '10⁻²'],
    ]);
    expect(axis.breakAt).toBe(-5.5);
    expect(axis.minor).toHaveLength(24); // 2 to 9 in three decades
    expect(axis.title).toBe('L1');
    expect(axis.domain[0]).toBeLessThan(-6);
    expect(axis.domain[1]).toBeGreaterThan(-2);
  });

  it('write decades near one as numbers', () => {
    const sizes: Factor = { key: 'batch_size', scale: 'log', values: [1, 10, 100] };
    expect(ticksOf(factorAxis(sizes, 'log'))).toEqual([
      [0, '1'],
      [1, '10'],
      [2, '100'],
    ]);
    expect(factorAxis(sizes, 'log').breakAt).toBeNull();
    const few = factorAxis({ key: 'k', scale: 'log', values: [20, 50] }, 'log');
    expect(few.ticks.map(({ label }) => label)).toEqual(['20', '50']);
  });

  it('have round values, and apart from them what is not given', () => {
    const labels = factorAxis(DROP, 'value').ticks.map(({ label }) => label);
    expect(labels).toEqual(['0', '0.1', '0.2', '0.3', '0.4', '0.5', '0.6']);
    const some = factorAxis({ ...DROP, values: [null, 0.2, 0.4] }, 'value');
    expect(ticksOf(some)[0]).toEqual([0, 'none']);
    expect(some.breakAt).toBeCloseTo(0.1);
  });

  it('put hyper-parameters on one axis by their share of the range', () => {
    const axis = percentAxis([L1, DROP]);
    expect(axis.ticks.map(({ at }) => at)).toEqual([0, 25, 50, 75, 100]);
    expect(axis.domain[0]).toBeLessThan(-33); // where L1 = 0 stands
    expect(axis.title).toBe('regularization (% of its range)');
    expect(percentAxis([DROP]).title).toBe('dropout (% of its range)');
  });

  it('name categories in their order', () => {
    const axis = factorAxis(
      { key: 'optimizer', scale: 'category', values: ['adam', 'sgd', null] },
      'percent',
    );
    expect(axis.isNamed).toBe(true);
    expect(ticksOf(axis)).toEqual([
      [0, 'adam'],
      [1, 'sgd'],
      [2, 'none'],
    ]);
  });

  it('have room for a single value, and for none', () => {
    for (const values of [[3], [0], [], [-2, -2]]) {
      const { domain, ticks } = linearAxis('y', values);
      expect(domain[0]).toBeLessThan(domain[1]);
      expect(ticks.length).toBeGreaterThan(0);
      for (const value of values) expect(value >= domain[0] && value <= domain[1]).toBe(true);
    }
    expect(linearAxis('y', [5, 10], { include: [0] }).domain[0]).toBe(0);
  });

  it('write numbers as people do', () => {
    const labels = (low: number, high: number): string[] => tidyTicks(low, high, 4).map(({ label }) => label);
    expect(labels(0, 3000)).toEqual(['0', '1,000', '2,000', '3,000']);
    expect(labels(0, 4e5)).toEqual(['0', '10⁵', '2×10⁵', '3×10⁵', '4×10⁵']);
    expect(labels(-0.2, 0.2)).toEqual(['−0.2', '−0.1', '0', '0.1', '0.2']);
    const values = [1e-5, 3.16e-4, 0, 0.3, 1e6, true, null, 'adam'];
    const texts = ['10⁻⁵', '3.16×10⁻⁴', '0', '0.3', '10⁶', 'true', 'none', 'adam'];
    expect(values.map(valueText)).toEqual(texts);
    expect([L1, DROP].map(usualAxis)).toEqual(['log', 'value']);
  });
});
