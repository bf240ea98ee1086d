import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hiddenLayers } from '../../../src/core/network/model';
import type { Computed } from '../../../src/core/network/ops/operation';
import { graphOf } from '../../support/graph';
import { loadGraphFile } from '../../support/graph-file';
import { RELU } from '../../support/random-network';

const FIXTURES = join(import.meta.dirname, '../../fixtures');

const layersOf = async (file: string, layers?: readonly string[]) =>
  hiddenLayers(await loadGraphFile(join(FIXTURES, file), layers)).map(
    ({ kind, shape, units, positions, unitsLast }) => ({ kind, shape, units, positions, unitsLast }),
  );

describe('the units of a layer', () => {
  it('are the channels of images, and all values of dense layers', async () => {
    expect(await layersOf('hessians/residual.onnx')).toEqual([
      { kind: 'conv', shape: [4, 8, 8], units: 4, positions: 64, unitsLast: false },
      { kind: 'conv', shape: [6, 4, 4], units: 6, positions: 16, unitsLast: false },
      { kind: 'conv', shape: [6, 4, 4], units: 6, positions: 16, unitsLast: false },
      { kind: 'dense', shape: [7], units: 7, positions: 1, unitsLast: false },
    ]);
  });

  it('are the features of tokens, after norms and sums too', async () => {
    const tokens = { kind: 'dense', positions: 5, unitsLast: true };
    expect(await layersOf('hessians/transformer.onnx')).toEqual([
      { ...tokens, shape: [5, 12], units: 12 },
      { ...tokens, shape: [5, 10], units: 10 },
    ]);
    expect(await layersOf('hessians/transformer.onnx', ['/blocks/blocks.0/Add', 'ln'])).toEqual([
      { ...tokens, shape: [5, 8], units: 8 },
      { ...tokens, shape: [5, 8], units: 8 },
    ]);
  });

  it('are the channels of a sequence that a convolution makes, and features where it was turned round', async () => {
    expect(await layersOf('onnx/encoder_script14.onnx', ['patch', '/Transpose'])).toEqual([
      { kind: 'conv', shape: [8, 1, 4], units: 8, positions: 4, unitsLast: false },
      { kind: 'dense', shape: [4, 8], units: 8, positions: 4, unitsLast: true },
    ]);
  });

  it('are the features of images that were turned round for dense layers, as in ConvNeXt', () => {
    const parameters = new Map([
      ['conv', { shape: [6, 3, 1, 1], data: new Float32Array(18) }],
      ['dense', { shape: [8, 6], data: new Float32Array(48) }],
    ]);
    const turn = (...permutation: number[]): Computed => ({ kind: 'transpose', permutation });
    const relu: Computed = { kind: 'activation', activation: RELU };
    const conv: Computed = {
      ...{ kind: 'conv', weight: 'conv', bias: null, groups: 1 },
      ...{ strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] },
    };
    const graph = graphOf(
      [3, 4, 5],
      [
        { operation: conv },
        { operation: turn(1, 2, 0), hidden: true },
        { operation: { kind: 'dense', weight: 'dense', bias: null, layout: 'out_in' } },
        { operation: relu, hidden: true },
        { operation: turn(2, 0, 1) },
        { operation: relu, hidden: true },
      ],
      parameters,
    );
    expect(hiddenLayers(graph)).toMatchObject([
      { kind: 'dense', shape: [4, 5, 6], units: 6, positions: 20, unitsLast: true },
      { kind: 'dense', shape: [4, 5, 8], units: 8, positions: 20, unitsLast: true },
      { kind: 'conv', shape: [8, 4, 5], units: 8, positions: 20, unitsLast: false },
    ]);
  });
});
