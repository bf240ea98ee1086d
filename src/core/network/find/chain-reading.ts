import type { Assumption } from '../../base/assumption';
import type { Shape } from '../../tensor/shape';
import { type Activation, PLAIN_ACTIVATIONS } from '../ops/activation';
import type { Computed } from '../ops/operation';
import { type Chain, type ChainLayer, flattening } from './chain';
import { type ConvPlan, type ConvReading, readingText } from './conv-plans';
import type { LayerSpec } from './from-spec';
import type { NamedNorm } from './layer-names';
import { pooling } from './layer-tensors';
import type { Ordering, Step } from './order-layers';
import type { PlacedNorm } from './place-norms';

/** All that makes one reading of a checkpoint's tensors. */
export interface ReadingParts {
  readonly ordering: Ordering;
  readonly norms: readonly PlacedNorm[];
  /** Of the norms whose place names do not tell. */
  readonly side: PlacedNorm['side'];
  /** What is told of the nonlinearity, and where; null where nothing is. */
  readonly nonlinearity: { readonly activation: Activation; readonly source: string } | null;
  readonly input: Shape;
  /** Of the convolutions; null where there are none. */
  readonly plan: ConvReading | null;
}

/** A layer as the graph has it and as modscope.json describes it; null where that cannot. */
interface Piece {
  readonly layer: ChainLayer;
  readonly spec: LayerSpec | null;
}

const RELU: Activation = { name: 'relu' };

/** The chain that a reading is, with all that it assumes. */
export function chainReading(reading: ReadingParts): Chain {
  const { ordering, nonlinearity, input, plan } = reading;
  const pieces = piecesOf(reading);
  const layers = describedLayers(reading);
  const described = layers && `${layers} in modscope.json, changed where it is wrong, settles it.`;
  const names = ordering.chain.map(({ layer }) => layer.name);
  const assumptions: Assumption[] = [
    plan === null ? PLAIN_CHAIN : convolutions(names, plan, described ?? GRAPH_FIX),
  ];
  if (!ordering.ordered) assumptions.push(orderTaken(names));
  if (!ordering.laid) assumptions.push(layoutTaken(ordering.chain[0]));
  if (reading.norms.length > 0) assumptions.push(normsTaken(reading, described ?? GRAPH_FIX));
  if (nonlinearity === null) assumptions.push(RELU_TAKEN);
  const source = 'tensor names and shapes';
  return {
    input,
    layers: pieces.map(({ layer }) => layer),
    source: nonlinearity === null ? source : `${source}, ${nonlinearity.source}`,
    assumptions,
    notes: [],
  };
}

/** The "model" of modscope.json that describes a reading; null where that has no words for it. */
export function describedLayers(reading: ReadingParts | undefined): string | null {
  const specs = reading === undefined ? [null] : piecesOf(reading).map(({ spec }) => spec);
  return specs.includes(null) ? null : `{"model": {"layers": ${JSON.stringify(specs)}}}`;
}

function piecesOf({ ordering: { chain }, norms, side, nonlinearity, plan }: ReadingParts): Piece[] {
  const activation = nonlinearity?.activation ?? RELU;
  const nonlinear: Piece = {
    layer: { name: 'nonlinearity', operation: { kind: 'activation', activation } },
    spec: plainSpec(activation),
  };
  const normsAt = (index: number, where: PlacedNorm['side'] | null): Piece[] =>
    norms
      .filter(
        (placed) =>
          placed.after === index && (where === null || (placed.told ? placed.side : side) === where),
      )
      .map(({ norm }) => normPiece(norm));
  const pieces = normsAt(-1, null);
  for (const [i, step] of chain.entries()) {
    const conv = plan?.convs[i];
    if (plan !== null && i === plan.convs.length) pieces.push(...flatPieces(plan));
    pieces.push(conv === undefined ? densePiece(step) : convPiece(step, conv));
    if (i === chain.length - 1) continue;
    pieces.push(...normsAt(i, 'before'), nonlinear, ...normsAt(i, 'behind'));
    if (conv?.pool) pieces.push(POOL);
  }
  return pieces;
}

const POOL: Piece = { layer: { name: 'pool', operation: pooling('max', [2, 2]) }, spec: { max_pool: 2 } };

function flatPieces({ averaged }: ConvReading): Piece[] {
  const average: Computed = { kind: 'reduce', mode: 'average', axes: [1, 2], keep: false };
  return averaged
    ? [{ layer: { name: 'average', operation: average }, spec: 'global_avg_pool' }]
    : [{ layer: { name: 'flatten', operation: flattening }, spec: 'flatten' }];
}

function densePiece({ layer: { name, weight, bias }, layout }: Step): Piece {
  const operation = { kind: 'dense', weight: weight.name, bias: bias?.name ?? null, layout } as const;
  // modscope.json takes names as PyTorch gives them.
  const spoken = layout === 'out_in' && weight.name.endsWith(`${name}.weight`);
  return { layer: { name, operation }, spec: spoken ? { dense: name } : null };
}

function convPiece({ layer: { name, weight, bias } }: Step, { padding }: ConvPlan): Piece {
  const operation = {
    kind: 'conv',
    weight: weight.name,
    bias: bias?.name ?? null,
    strides: [1, 1],
    pads: [padding, padding, padding, padding],
    dilations: [1, 1],
    groups: 1,
  } as const;
  const spoken = weight.name.endsWith(`${name}.weight`);
  return { layer: { name, operation }, spec: spoken ? { conv: name, padding } : null };
}

function normPiece({ name, kind, scale, shift, mean, variance, epsilon }: NamedNorm): Piece {
  const named = { weight: scale?.name ?? null, bias: shift?.name ?? null, epsilon };
  const spoken = [`${name}.weight`, `${name}.running_mean`].some((part) =>
    (scale ?? mean)?.name.endsWith(part),
  );
  if (kind === 'layer_norm' || mean === null || variance === null) {
    const operation = { kind: 'layer_norm', dimensions: 1, ...named } as const;
    return { layer: { name, operation }, spec: spoken ? { layer_norm: name, epsilon } : null };
  }
  const operation = { kind: 'batch_norm', ...named, mean: mean.name, variance: variance.name } as const;
  return { layer: { name, operation }, spec: spoken ? { batch_norm: name, epsilon } : null };
}

function plainSpec(activation: Activation): LayerSpec | null {
  const found = Object.entries(PLAIN_ACTIVATIONS).find(
    ([, plain]) => JSON.stringify(plain) === JSON.stringify(activation),
  );
  // The names of plain nonlinearities are those of modscope.json.
  return (found?.[0] as keyof typeof PLAIN_ACTIVATIONS | undefined) ?? null;
}

const GRAPH_FIX =
  'The graph settles it: {"model": "model.onnx"} in modscope.json, an ONNX export of the network.';

const PLAIN_CHAIN: Assumption = {
  name: 'structure',
  says: 'The layers were taken one after the other, without skip connections or anything else between them that has no weights.',
  otherwise: 'With skip connections, all measures differ.',
  fix: GRAPH_FIX,
};

const RELU_TAKEN: Assumption = {
  name: 'activation',
  says: 'ReLU was assumed between the layers.',
  otherwise: 'With another nonlinearity, all measures differ.',
  fix: 'Name it to settle it: {"model": {"activation": "tanh"}} in modscope.json.',
};

function orderTaken(names: readonly string[]): Assumption {
  return {
    name: 'order',
    says: `The layers were taken in the order ${names.join(' → ')}.`,
    otherwise: 'In another order, all measures differ.',
    fix: `Name them in order to settle it: {"model": {"order": ${JSON.stringify(names)}}} in modscope.json.`,
  };
}

function layoutTaken(step: Step | undefined): Assumption {
  const [taken, other] =
    step?.layout === 'in_out'
      ? ['[inputs, outputs], as x W has them', 'out_in']
      : ['[outputs, inputs], as PyTorch has them', 'in_out'];
  return {
    name: 'layout',
    says: `The weights were taken to lie as ${taken}: neither names nor sizes tell.`,
    otherwise: 'Lying the other way, they are another network, and all measures differ.',
    fix: `{"model": {"kernels": "${other}"}} in modscope.json takes them the other way.`,
  };
}

function normsTaken({ norms, side, ordering: { chain } }: ReadingParts, fix: string): Assumption {
  const places = norms.map(
    ({ norm, after }) => `${norm.name} after ${chain[after]?.layer.name ?? 'the input'}`,
  );
  const isAssumed = norms.some(({ told }) => !told);
  const where = side === 'before' ? 'before the nonlinearity' : 'behind the nonlinearity';
  const epsilons = [...new Set(norms.map(({ norm }) => norm.epsilon))].join(' and ');
  return {
    name: 'norm',
    says:
      `The norms were taken to stand as follows: ${places.join(', ')}${isAssumed ? `, ${where}` : ''}, ` +
      `with the epsilon ${epsilons} that is their framework's default.`,
    otherwise: 'In other places, all measures differ; with another epsilon, a little.',
    fix,
  };
}

function convolutions(names: readonly string[], plan: ConvReading, fix: string): Assumption {
  return {
    name: 'structure',
    says:
      `The layers were taken one after the other, without skip connections: ${readingText(names, plan)}, all with stride 1 and a ` +
      'nonlinearity. Of the usual paddings and pools these fit the sizes.',
    otherwise: 'With strides, other pools or skip connections, all measures differ.',
    fix,
  };
}
