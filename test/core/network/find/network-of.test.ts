import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../src/core/checkpoint/checkpoint';
import { openCheckpoint } from '../../../../src/core/checkpoint/formats/open';
import { networkOf } from '../../../../src/core/network/find/find';
import type { Network } from '../../../../src/core/network/network';

const FOLDER = join(import.meta.dirname, '../../../fixtures/onnx');
const at = (name: string) => join(FOLDER, name);
const hiddenOf = (network: Network | null) => network?.hidden.map((node) => network.nodes[node]?.name);

describe('the network of a checkpoint', () => {
  let checkpoint: Checkpoint;
  beforeAll(async () => {
    checkpoint = await openCheckpoint(at('cnn.pth'));
  });
  afterAll(() => checkpoint.close());
  const onnx = at('cnn_script13.onnx');

  it('is that of the ONNX model it is given', async () => {
    const network = await networkOf(checkpoint, { network: { graph: onnx } });
    expect(network?.source).toBe('the ONNX graph cnn_script13.onnx');
    expect(network?.nodes[0]?.shape).toEqual([2, 9, 9]);
    expect(network?.nodes.at(-1)?.shape).toEqual([3]);
    expect(hiddenOf(network)).toHaveLength(2);
  });

  it('has the hidden layers that were chosen, in network order', async () => {
    const network = await networkOf(checkpoint, { network: { graph: onnx }, layers: ['bn2', 'conv1'] });
    expect(hiddenOf(network)).toEqual(['conv1', 'bn2']);
    // The nonlinearity after a norm goes by its name.
    const kinds = network?.hidden.map((node) => network.nodes[node]?.operation.kind);
    expect(kinds).toEqual(['conv', 'activation']);
  });

  it('names what there is where a layer is not there', async () => {
    const wrong = networkOf(checkpoint, { network: { graph: onnx }, layers: ['bn3'] });
    await expect(wrong).rejects.toThrow(
      /layer bn3: the network has no node of this name; bn\d is near\. There are conv1/,
    );
  });

  it('is not that of a model whose parameters are others', async () => {
    const other = networkOf(checkpoint, { network: { graph: at('mlp_script13.onnx') } });
    await expect(other).rejects.toThrow(/mlp_script13\.onnx/);
    const none = networkOf(checkpoint, { network: { graph: at('nowhere.onnx') } });
    await expect(none).rejects.toThrow(/nowhere\.onnx: no such file/);
  });

  it('is its own graph where the file is an ONNX model', async () => {
    const model = await openCheckpoint(onnx);
    const network = await networkOf(model, {});
    expect(network?.nodes.at(-1)?.shape).toEqual([3]);
    const chosen = await networkOf(model, { layers: ['conv2'] });
    expect(hiddenOf(chosen)).toEqual(['conv2']);
    await model.close();
  });
});
