import type { Checkpoint } from '../checkpoint/checkpoint';
import { InputError } from '../error';
import { checkInputs, denseLayer } from './dense';
import { ChainBuilder } from './chain';
import type { Network } from './network';
import type { Activation } from './operations/activation';

/** One layer of the "model" of modscope.json; a dense one is named by the prefix of its tensors. */
export type LayerSpec =
  'flatten' | 'dropout' | 'relu' | { readonly leaky_relu: number } | { readonly dense: string };

/** The network that modscope.json describes layer by layer. @throws InputError where the tensors don't bear it out */
export function networkFromSpec(checkpoint: Checkpoint, layers: readonly LayerSpec[]): Network {
  let builder: ChainBuilder | null = null;
  for (const spec of layers) {
    if (spec === 'flatten' || spec === 'dropout') continue; // samples are flat in memory; dropout is off
    if (typeof spec === 'object' && 'dense' in spec) {
      const layer = denseLayer(checkpoint, spec.dense);
      builder ??= new ChainBuilder([layer.inputs]);
      checkInputs(checkpoint, spec.dense, layer, builder.last.shape[0] ?? 0);
      builder.append(spec.dense, layer.operation, [layer.outputs]);
    } else {
      if (builder === null) throw new InputError('model.layers', 'starts with a nonlinearity');
      builder.activate(activationOf(spec));
    }
  }
  if (builder === null) {
    throw new InputError('model.layers', 'names no dense layer', 'Add {"dense": "<tensor name prefix>"}');
  }
  return builder.finish('modscope.json', []);
}

function activationOf(spec: 'relu' | { readonly leaky_relu: number }): Activation {
  return spec === 'relu' ? { name: 'relu' } : { name: 'leaky_relu', negativeSlope: spec.leaky_relu };
}
