import type { Random } from '../random';
import type { DenseParameters, DenseStack } from './dense-stack';

/** A network of the same architecture, initialised as PyTorch initialises nn.Linear: everything from U(−1/√inputs, 1/√inputs). */
export function untrainedStack(stack: DenseStack, random: Random): DenseStack {
  return mapLayers(stack, (layer) => {
    const bound = 1 / Math.sqrt(layer.inputs);
    const draw = (): number => bound * (2 * random.uniform() - 1);
    return { weight: layer.weight.map(draw), bias: layer.bias.map(draw) };
  });
}

/**
 * The same network with each unit's incoming weights dealt anew among its inputs: every unit keeps its weights, and so its
 * strength, and loses what it had in common with others.
 */
export function shuffledStack(stack: DenseStack, random: Random): DenseStack {
  return mapLayers(stack, (layer) => {
    const weight = layer.weight.slice();
    for (let i = 0; i < layer.outputs; i++)
      random.shuffle(weight.subarray(i * layer.inputs, (i + 1) * layer.inputs));
    return { weight, bias: layer.bias };
  });
}

function mapLayers(
  { hidden, readout }: DenseStack,
  change: (layer: DenseParameters) => Pick<DenseParameters, 'weight' | 'bias'>,
): DenseStack {
  return {
    hidden: hidden.map((layer) => ({ ...layer, ...change(layer) })),
    readout: { ...readout, ...change(readout) },
  };
}
