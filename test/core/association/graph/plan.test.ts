import { describe, expect, it } from 'vitest';
import { operations, plan } from '../../../../src/core/association/graph/plan';
import { hiddenLayers, type Layer } from '../../../../src/core/network/model';
import { Program } from '../../../../src/core/network/program';
import { asGraph } from '../../../support/graph';
import { naiveEngine } from '../../../support/naive-engine';
import { randomNetwork } from '../../../support/random-network';

describe('the plan of a sweep', () => {
  const graph = asGraph(randomNetwork([90, 20, 30], 4, { name: 'tanh' }, 1).stack);
  const program = new Program(graph, naiveEngine);
  const [first, second] = hiddenLayers(graph);
  if (first === undefined || second === undefined) throw new Error('two hidden layers are expected');
  const conv = { ...first, name: 'conv', kind: 'conv', units: 5, positions: 4 } as const;
  const SAMPLES = 100;
  /** What so many rows take. */
  const cost = (rows: number) => rows * SAMPLES * operations(graph);
  const planned = (layers: readonly Layer[], affordable: number) =>
    plan(program, layers, SAMPLES, [true, false], { combined: false, affordable, perSample: 2 });

  it('counts the products of a forward pass', () => {
    expect(operations(graph)).toBe(2 * (90 * 20 + 20 * 30 + 30 * 4));
  });

  it('takes dense layers in full for ten times as long as others', () => {
    expect(planned([conv, second], cost(3)).vjp).toEqual([false, true]);
    expect(planned([conv, second], cost(2.9)).vjp).toEqual([false, false]);
    expect(planned([conv, second], cost(3)).jvp).toBe('random');
    expect(planned([conv, second], cost(90)).jvp).toBe('unit');
  });

  it('takes a network of dense layers in full for much longer', () => {
    const whole = (affordable: number) =>
      plan(program, [first, second], SAMPLES, [true, false], { combined: true, affordable, perSample: 2 });
    expect(whole(cost(0.05))).toEqual({ vjp: [true, true], jvp: 'none', curvature: ['unit', 'none'] });
    expect(whole(cost(0.045))).toEqual({ vjp: [false, false], jvp: 'random', curvature: ['unit', 'none'] });
    expect(whole(0)).toEqual({ vjp: [false, false], jvp: 'random', curvature: ['random', 'none'] });
  });
});
