import type { Random } from '../base/random';
import { transposeMatrix } from '../tensor/engine';
import { sizeOf } from '../tensor/shape';
import type { DenseParameters, DenseStack } from './dense-stack';
import type { GraphModel, Model } from './model';
import type { Activation } from './ops/activation';
import type { Operation } from './ops/operation';
import type { Parameter } from './ops/rules';

// Null models: networks of the same architecture with other weights.

/** What slopes of PReLU begin with. */
const UNTRAINED_SLOPE = 0.25;

/**
 * As PyTorch initialises its layers: weights and biases of dense and convolutional ones from U(−1/√inputs, 1/√inputs), norms
 * that change nothing, slopes of PReLU 0.25, embeddings from N(0, 1).
 */
export function untrainedModel(model: Model, random: Random): Model {
  const uniform = (values: Float32Array, inputs: number): Float32Array => {
    const bound = 1 / Math.sqrt(inputs);
    return values.map(() => bound * (2 * random.uniform() - 1));
  };
  return changeWeights(model, {
    weight: uniform,
    bias: uniform,
    scale: (values) => new Float32Array(values.length).fill(1),
    shift: (values) => new Float32Array(values.length),
    slope: (values) => new Float32Array(values.length).fill(UNTRAINED_SLOPE),
    embedding: (values) => values.map(() => random.normal()),
  });
}

/**
 * Each unit's incoming weights dealt anew among its inputs: every unit keeps its weights, and so its strength, and loses what
 * it had in common with others.
 */
export function shuffledModel(model: Model, random: Random): Model {
  return changeWeights(model, {
    weight: (values, inputs) => {
      const dealt = values.slice();
      for (let first = 0; first < dealt.length; first += inputs)
        random.shuffle(dealt.subarray(first, first + inputs));
      return dealt;
    },
  });
}

/** What becomes of parameters, by what they are for; those without a rule stay. `inputs`: weights of one unit, which lie side by side. */
interface Changes {
  readonly weight?: (values: Float32Array, inputs: number) => Float32Array;
  readonly bias?: (values: Float32Array, inputs: number) => Float32Array;
  readonly scale?: (values: Float32Array) => Float32Array;
  readonly shift?: (values: Float32Array) => Float32Array;
  /** Slopes that are learned. */
  readonly slope?: (values: Float32Array) => Float32Array;
  readonly embedding?: (values: Float32Array) => Float32Array;
}

function changeWeights(model: Model, changes: Changes): Model {
  return model.kind === 'stack' ? changeStack(model, changes) : changeGraph(model, changes);
}

function changeStack(stack: DenseStack, changes: Changes): DenseStack {
  const change = ({ inputs, weight, bias }: DenseParameters): Pick<DenseParameters, 'weight' | 'bias'> => ({
    weight: changes.weight?.(weight, inputs) ?? weight,
    bias: changes.bias?.(bias, inputs) ?? bias,
  });
  return {
    kind: 'stack',
    hidden: stack.hidden.map((layer) => ({
      ...layer,
      ...change(layer),
      activation: changeSlope(layer.activation, changes),
    })),
    readout: { ...stack.readout, ...change(stack.readout) },
  };
}

function changeSlope(activation: Activation, { slope }: Changes): Activation {
  if (activation.name !== 'leaky_relu' || activation.learned !== true || slope === undefined)
    return activation;
  const [negativeSlope = activation.negativeSlope] = slope(Float32Array.of(activation.negativeSlope));
  return { ...activation, negativeSlope };
}

function changeGraph(graph: GraphModel, changes: Changes): GraphModel {
  const parameters = new Map(graph.parameters);
  const changed = new Set<string>();
  const set = (name: string | null, change: ((data: Float32Array) => Float32Array) | undefined): void => {
    const old = name === null ? undefined : parameters.get(name);
    if (name === null || old === undefined || change === undefined || changed.has(name)) return;
    parameters.set(name, { ...old, data: change(old.data) });
    changed.add(name); // tied weights change once
  };
  for (const { operation } of graph.nodes) changeParameters(operation, graph.parameters, changes, set);
  return { ...graph, parameters };
}

function changeParameters(
  operation: Operation,
  parameters: ReadonlyMap<string, Parameter>,
  changes: Changes,
  set: (name: string | null, change: ((data: Float32Array) => Float32Array) | undefined) => void,
): void {
  switch (operation.kind) {
    case 'dense':
    case 'conv': {
      const [rows = 1, ...rest] = parameters.get(operation.weight)?.shape ?? [];
      const columns = sizeOf(rest);
      const stored = operation.kind === 'dense' && operation.layout === 'in_out';
      const inputs = stored ? rows : columns;
      const { weight, bias } = changes;
      set(
        operation.weight,
        weight &&
          ((data) =>
            stored
              ? transposeMatrix(weight(transposeMatrix(data, rows, columns), inputs), columns, rows)
              : weight(data, inputs)),
      );
      set(operation.bias, bias && ((data) => bias(data, inputs)));
      break;
    }
    case 'batch_norm':
      set(operation.mean, changes.shift);
      set(operation.variance, changes.scale);
      set(operation.weight, changes.scale);
      set(operation.bias, changes.shift);
      break;
    case 'layer_norm':
    case 'group_norm':
      set(operation.weight, changes.scale);
      set(operation.bias, changes.shift);
      break;
    case 'prelu':
      set(operation.weight, changes.slope);
      break;
    case 'embedding':
      set(operation.weight, changes.embedding);
      break;
    default: // nothing to learn
  }
}
