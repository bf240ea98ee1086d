import { InputError } from '../../base/error';
import { listed } from '../../base/text';
import type { Checkpoint, PerceptronGraph } from '../../checkpoint/checkpoint';
import type { Tensor } from '../../tensor/dtype';
import type { Shape } from '../../tensor/shape';
import { endingNote } from '../ending';
import { type Ending, GraphBuilder, type Network } from '../network';
import type { Activation } from '../ops/activation';

/** scikit-learn's names. "identity" makes a linear network of it, which has no hidden units to tell apart. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  relu: { name: 'relu' },
  tanh: { name: 'tanh' },
  logistic: { name: 'sigmoid' },
};

const ENDINGS: Readonly<Record<string, Ending>> = { softmax: 'Softmax', logistic: 'Sigmoid' };

/**
 * The network of scikit-learn's MLPClassifier or MLPRegressor: dense layers with one nonlinearity, behind the scalers of its
 * pipeline. What it does to its outputs is left off, so that they are logits.
 * @throws InputError for an activation that is not known
 */
export async function networkFromPerceptron(
  checkpoint: Checkpoint,
  graph: PerceptronGraph,
): Promise<Network> {
  const activation = ACTIVATIONS[graph.activation];
  if (activation === undefined)
    throw new InputError(
      checkpoint.path,
      `its activation is ${graph.activation}, which cannot be analyzed`,
      `${Object.keys(ACTIVATIONS).join(', ')} can`,
    );
  const inputs = checkpoint.tensors.get('coefs_0')?.shape[0] ?? 0;
  const constants = await scalingConstants(checkpoint, graph);
  const parameters = new Map<string, { readonly shape: Shape }>([...checkpoint.tensors, ...constants]);
  const builder = new GraphBuilder(checkpoint.path, parameters, [inputs]);
  for (const { step } of graph.scalings)
    for (const [kind, part] of [
      ['add', 'shift'],
      ['multiply', 'factor'],
    ] as const) {
      const before = builder.last;
      const parameter = `${step}.${part}`;
      if (constants.has(parameter))
        builder.add(step, { kind }, [before, builder.add(parameter, { kind: 'constant', parameter }, [])]);
    }
  for (let layer = 0; layer < graph.layers; layer++) {
    const name = `layer_${layer}`;
    builder.add(name, {
      kind: 'dense',
      weight: `coefs_${layer}`,
      bias: `intercepts_${layer}`,
      layout: 'in_out',
    });
    if (layer < graph.layers - 1) builder.add(name, { kind: 'activation', activation });
  }
  const ending = ENDINGS[graph.output];
  const notes = ending === undefined ? [] : [endingNote(ending)];
  if (graph.scalings.length > 0)
    notes.push(
      `The network begins with the scaling of the pipeline (${listed(graph.scalings.map(({ step }) => step))}): it is given the features as they are before.`,
    );
  const network = builder.finish({
    constants,
    source: "scikit-learn's multilayer perceptron",
    assumptions: [],
    notes,
  });
  return ending === undefined ? network : { ...network, ending };
}

/** (x + shift) · factor for every scaler. */
async function scalingConstants(
  checkpoint: Checkpoint,
  { scalings }: PerceptronGraph,
): Promise<Map<string, Tensor>> {
  const constants = new Map<string, Tensor>();
  for (const { kind, step, shift, scale } of scalings) {
    const shifts = shift === null ? null : await checkpoint.read(shift);
    const scales = scale === null ? null : await checkpoint.read(scale);
    if (kind === 'standard') {
      // (x − mean) / scale
      if (shifts !== null)
        constants.set(
          `${step}.shift`,
          mapped(shifts, (value) => -value),
        );
      if (scales !== null)
        constants.set(
          `${step}.factor`,
          mapped(scales, (value) => 1 / value),
        );
    } else if (scales !== null && shifts !== null) {
      // x · scale + min
      constants.set(
        `${step}.shift`,
        mapped(shifts, (value, i) => value / (scales.data[i] ?? 1)),
      );
      constants.set(`${step}.factor`, scales);
    }
  }
  return constants;
}

function mapped({ shape, data }: Tensor, f: (value: number, index: number) => number): Tensor {
  return { shape, data: Float64Array.from(data, f) };
}
