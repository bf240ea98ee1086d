import { describe, expect, it } from 'vitest';
import { networkOfChain } from '../../../../src/core/network/find/chain';
import { type NetworkHints, readingsOfTensors } from '../../../../src/core/network/find/from-tensors';
import { checkpointOf } from '../../../support/checkpoint';
import { describeNetwork } from '../../../support/describe-network';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** Each reading: its layers, the layout of the first weight, and the names of what it assumes. */
function readings(shapes: Shapes, hints: NetworkHints = {}): [string, string, string][] {
  const checkpoint = checkpointOf(shapes);
  return (readingsOfTensors(checkpoint, hints) ?? []).map((chain) => {
    const network = networkOfChain(checkpoint, chain);
    if (network === null) throw new Error('the shape of a sample is known');
    const first = network.nodes[1]?.operation;
    const layout = first?.kind === 'dense' ? first.layout : '';
    const names = chain.assumptions.map(({ name }) => name).join(' ');
    return [describeNetwork(network).replaceAll(/:\d+| relu/g, ''), layout, names];
  });
}

describe('readings of names and shapes', () => {
  it('kernels lie as their name says, whatever their shape', () => {
    expect(readings({ 'dense/kernel': [4, 4], 'dense/bias': [4], 'dense_1/kernel': [4, 4] })).toEqual([
      ['4 dense dense_1', 'in_out', 'structure activation'],
    ]);
    expect(readings({ 'fc1.weight': [4, 4], 'fc1.bias': [4], 'fc2.weight': [4, 4] })).toEqual([
      ['4 fc1 fc2', 'out_in', 'structure activation'],
    ]);
  });

  it('the sizes overrule a name', () => {
    const shapes = { 'fc1.weight': [4, 8], 'fc1.bias': [8], 'fc2.weight': [8, 3], 'fc2.bias': [3] };
    expect(readings(shapes)).toEqual([['4 fc1 fc2', 'in_out', 'structure activation']]);
  });

  it('dense comes before dense_1, and dense_2 before dense_10, however they are sorted', () => {
    const names = Array.from({ length: 12 }, (_, i) => (i === 0 ? 'dense' : `dense_${i}`));
    const shapes = Object.fromEntries([...names].sort().map((name) => [`${name}/kernel`, [4, 4]]));
    expect(readings(shapes)).toEqual([[`4 ${names.join(' ')}`, 'in_out', 'structure activation']]);
  });

  it('dense/dense, as older Keras writes it, comes before dense_1/dense_1', () => {
    const shapes = { 'dense/dense/kernel:0': [4, 4], 'dense_1/dense_1/kernel:0': [4, 4] };
    const found = readings({ 'dense_1/dense_1/kernel:0': [4, 4], 'dense/dense/kernel:0': [4, 4] });
    expect(readings(shapes)).toEqual([['4 dense/dense dense_1/dense_1', 'in_out', 'structure activation']]);
    // In the file's own order, where that is not the alphabet's.
    expect(found[0]?.[0]).toBe('4 dense_1/dense_1 dense/dense');
    expect(found[0]?.[2]).toContain('order');
  });

  it('arrays without names: both layouts, and the order is an assumption', () => {
    const shapes = { arr_0: [4, 4], arr_1: [4], arr_2: [4, 4], arr_3: [4] };
    expect(readings(shapes)).toEqual([
      ['4 arr_0 arr_2', 'in_out', 'structure order layout activation'],
      ['4 arr_0 arr_2', 'out_in', 'structure order layout activation'],
    ]);
    expect(readings(shapes, { kernels: 'out_in' })).toEqual([
      ['4 arr_0 arr_2', 'out_in', 'structure order activation'],
    ]);
    const sized = { arr_0: [4, 8], arr_1: [8], arr_10: [6, 3], arr_11: [3], arr_2: [8, 6], arr_3: [6] };
    expect(readings(sized)).toEqual([['4 arr_0 arr_2 arr_10', 'in_out', 'structure activation']]);
  });

  it('every order of names that say none, at most eight, first and last by their names', () => {
    const shapes = {
      'head.weight': [4, 4],
      'in.weight': [4, 4],
      'mid.weight': [4, 4],
      'stem.weight': [4, 4],
    };
    const found = readings(shapes);
    expect(found).toHaveLength(8);
    expect(found[0]).toEqual(['4 stem in mid head', 'out_in', 'structure order activation']);
  });

  it('norms whose side is not told, on both', () => {
    const norm = (name: string) =>
      Object.fromEntries(
        ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [8]]),
      );
    const found = readingsOfTensors(
      checkpointOf({
        'fc1.weight': [8, 4],
        'fc1.bias': [8],
        ...norm('bn1'),
        'fc2.weight': [3, 8],
        'fc2.bias': [3],
      }),
    );
    const names = found?.map(({ layers }) => layers.map(({ name }) => name).join(' '));
    expect(names).toEqual(['fc1 bn1 nonlinearity fc2', 'fc1 nonlinearity bn1 fc2']);
    expect(found?.[0]?.assumptions[1]).toMatchObject({
      name: 'norm',
      says:
        'The norms were taken to stand as follows: bn1 after fc1, before the nonlinearity, with the epsilon 0.00001 that is ' +
        "their framework's default.",
    });
  });

  it('norms that fit in several places have none', () => {
    const shapes = {
      ...{ 'a.weight': [8, 8], 'b.weight': [8, 8], 'c.weight': [8, 8] },
      ...{ 'norm.weight': [8], 'norm.bias': [8] },
    };
    expect(() => readings(shapes)).toThrow('no place found for norm.weight [8]');
  });

  it('is quick with many layers of one size, however they are called', () => {
    const name = (i: number) =>
      `n${String.fromCharCode(97 + (i % 26))}${'x'.repeat(Math.floor(i / 26))}.weight`;
    const shapes = Object.fromEntries(
      Array.from({ length: 150 }, (_, i) => [name(i), [4, i === 77 ? 5 : 4]]),
    );
    const start = performance.now();
    expect(readings(shapes).length).toBeLessThanOrEqual(8);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
