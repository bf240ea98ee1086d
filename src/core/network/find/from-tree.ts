import type { Assumption } from '../../base/assumption';
import { InputError } from '../../base/error';
import type { PlainValue } from '../../base/plain-value';
import { listed } from '../../base/text';
import type { Checkpoint, ModuleNode } from '../../checkpoint/checkpoint';
import type { ActivationOperation } from '../ops/activation-rules';
import type { Shape } from '../../tensor/shape';
import { endingNote } from '../ending';
import { type Ending, ENDINGS } from '../network';
import { isNonlinearity, rulesOf } from '../ops/operation';
import { RELU_TAKEN } from './chain-reading';
import { type Chain, type ChainLayer, flattening } from './chain';
import { INERT, layerOfModule, standardClass } from './from-modules';
import {
  activationFromHyperParameters,
  activationOfHints,
  type NamedActivation,
  type NetworkHints,
  readingsOfTensors,
} from './from-tensors';
import { LayerTensors } from './layer-tensors';

const SOURCE = 'the pickled modules';
const REMEDY =
  'Export the network, torch.export.save(torch.export.export(model.eval(), (example,)), "model.pt2"), and name that file: ' +
  '{"model": "model.pt2"} in modscope.json; or describe its layers there: {"model": {"layers": ["flatten", {"dense": "fc1"}, "relu", {"dense": "fc2"}]}}';
/** Keep modules for a forward of their own; only the order of a Sequential is that of computation. */
const CONTAINER = /^(Sequential|ModuleList|ModuleDict)$/;
/** Measure the output while a network is trained. */
const ASIDE = /^(?:torch\.nn\.modules\.loss\.|torchmetrics\.)/;
const NORMS = new Set(['batch_norm', 'layer_norm', 'group_norm']);

/** A module without modules in it that are looked at. */
interface Leaf {
  readonly module: ModuleNode;
  /** Of a standard class; null for one of the user's own. */
  readonly kind: string | null;
  /** The Sequential it is in, whose order is that of computation; null elsewhere. */
  readonly sequence: ModuleNode | null;
}

/** A leaf as a layer of a chain. */
interface Step extends Leaf {
  readonly layer: ChainLayer;
}

/**
 * The layers of a pickled module of the user's own class, of which there is no forward: the modules in it, one after the
 * other as they were registered, with the kind of nonlinearity that they are of between the layers.
 * @param hints what the user says
 * @param sampleShape of the data, where it is known
 * @returns null where the file has no module tree, or nothing of it is a standard layer
 * @throws InputError where modules have no place in such a chain, or several kinds of nonlinearities leave it open which is where
 */
export function chainFromTree(
  checkpoint: Checkpoint,
  hints: NetworkHints = {},
  sampleShape?: Shape,
): Chain | null {
  if (checkpoint.modules === undefined) return null;
  const leaves = leavesOf(checkpoint.modules, null).filter(
    ({ module, kind }) => !INERT.test(kind ?? '') && !ASIDE.test(module.className),
  );
  if (!leaves.some(({ kind }) => kind === 'Linear' || kind === 'Conv2d')) return null;
  const { kept, ...ended } = withoutEnding(leaves);
  const told = activationOfHints(hints);
  const tensors = new LayerTensors(checkpoint);
  const steps = kept.flatMap((leaf): Step[] => {
    const isOwn = leaf.kind === null && !hasTensors(checkpoint, leaf.module);
    // A class of one's own without tensors may be a nonlinearity: what it is has been told, or is asked for.
    if (isOwn && told !== null) return [];
    if (isOwn) throw unknownKind(checkpoint, leaf.module);
    return [{ ...leaf, layer: layerOfModule(checkpoint.path, leaf.module, tensors) }];
  });
  const between = told ?? kindAmong(checkpoint, steps);
  const weighted = steps.filter((step) => isWeighted(step));
  if (hints.order !== undefined || (!fits(checkpoint, weighted) && isPlain(steps))) {
    const readings = readingsOfTensors(checkpoint, hints, sampleShape, between);
    if (readings === null) return null;
    if (readings.refusal !== null) throw readings.refusal;
    return { ...readings.chains[0], ...ended };
  }
  checkPlaces(checkpoint, steps);
  checkTensors(checkpoint, steps);
  const nonlinearity = between ?? activationFromHyperParameters(checkpoint);
  const { layers, filled } = inOrder(steps, nonlinearity?.activation ?? { name: 'relu' });
  return {
    input: null,
    layers,
    source: nonlinearity === null || told === null ? SOURCE : `${SOURCE}, ${nonlinearity.source}`,
    assumptions: [AS_REGISTERED, ...(filled && nonlinearity === null ? [RELU_TAKEN] : [])],
    ...ended,
  };
}

const AS_REGISTERED: Assumption = {
  name: 'structure',
  says: 'The modules were taken one after the other as they are registered, without skip connections: their forward is code, which the file does not hold.',
  otherwise: 'With skip connections or another order, all measures differ.',
  fix: 'The graph settles it: {"model": "model.pt2"} in modscope.json, a torch.export of the network, or a TorchScript or ONNX file.',
};

function leavesOf(module: ModuleNode, sequence: ModuleNode | null): Leaf[] {
  const kind = standardClass(module);
  const isInner = kind === null ? module.children.length > 0 : CONTAINER.test(kind);
  if (!isInner) return [{ module, kind, sequence }];
  return module.children.flatMap((child) => leavesOf(child, kind === 'Sequential' ? module : null));
}

/** What makes probabilities at the end, and a sigmoid there beside nonlinearities of another kind. */
function withoutEnding(leaves: readonly Leaf[]): { kept: readonly Leaf[]; notes: string[]; ending?: Ending } {
  const last = leaves.at(-1);
  const ending = ENDINGS.find((kind) => kind === last?.kind);
  const others = leaves.slice(0, -1);
  const isAlone = ending === 'Sigmoid' && !others.some((leaf) => isActivationKind(leaf));
  if (ending === undefined || isAlone) return { kept: leaves, notes: [] };
  return { kept: others, notes: [endingNote(ending)], ending };
}

function isActivationKind({ module: { className } }: Leaf): boolean {
  return className.startsWith('torch.nn.modules.activation.');
}

/** The one kind of nonlinearity among the modules; null where there is none. */
function kindAmong(checkpoint: Checkpoint, steps: readonly Step[]): NamedActivation | null {
  const all = steps.filter(isActivation);
  const loose = all.filter((step) => !isCertain(steps, step));
  const asked = loose.length > 0 ? loose : all;
  const kinds = new Map(asked.map((step) => [JSON.stringify(step.layer.operation.activation), step]));
  const [first, second] = kinds.values();
  // Those in a Sequential say their place; a layer without one beside them would have to be told which.
  if (first === undefined || (second !== undefined && loose.length === 0 && !hasGap(steps))) return null;
  if (second === undefined) return { activation: first.layer.operation.activation, source: SOURCE };
  const names = [...kinds.values()].map(({ module, kind }) => `${module.path} (${kind ?? ''})`);
  throw new InputError(
    checkpoint.path,
    `its modules have several kinds of nonlinearities, ${listed(names)}, and it does not say which stands where`,
    `Where one of them is between all layers, name it: {"model": {"activation": "${(first.kind ?? 'relu').toLowerCase()}"}} in modscope.json. Else: ${REMEDY}`,
  );
}

type ActivationStep = Step & { readonly layer: { readonly operation: ActivationOperation } };

function isActivation(step: Step): step is ActivationStep {
  const { operation } = step.layer;
  return typeof operation === 'object' && operation.kind === 'activation';
}

/** One with tensors or halves of its own, PReLU or GLU, too. */
function isBend({ layer: { operation } }: Step): boolean {
  return typeof operation === 'object' && isNonlinearity(operation);
}

function isWeighted({ layer: { operation } }: Step): boolean {
  return typeof operation === 'object' && (operation.kind === 'dense' || operation.kind === 'conv');
}

function isNorm({ layer: { operation } }: Step): boolean {
  return typeof operation === 'object' && NORMS.has(operation.kind);
}

/** Whether it stands in a Sequential behind a layer with weights, which it then belongs to. */
function isCertain(steps: readonly Step[], step: Step): boolean {
  const before = steps.slice(0, steps.indexOf(step)).findLast((one) => isWeighted(one));
  return step.sequence !== null && before?.sequence === step.sequence;
}

/** Whether two layers with weights follow on each other without a nonlinearity that says its place. */
function hasGap(steps: readonly Step[]): boolean {
  let open = false;
  for (const step of steps) {
    if (isBend(step) && isCertain(steps, step)) open = false;
    if (!isWeighted(step)) continue;
    if (open) return true;
    open = true;
  }
  return false;
}

/** Dense layers and nonlinearities alone. */
function isPlain(steps: readonly Step[]): boolean {
  return steps.every((step) => step.kind === 'Linear' || step.kind === 'Flatten' || isActivation(step));
}

/** Whether every dense layer takes what the dense layer before it gives. */
function fits(checkpoint: Checkpoint, weighted: readonly Step[]): boolean {
  const sides = weighted.map(({ layer: { operation } }) =>
    typeof operation === 'object' && operation.kind === 'dense'
      ? (checkpoint.tensors.get(operation.weight)?.shape ?? [])
      : [],
  );
  return sides.every((shape, i) => {
    const before = sides[i - 1] ?? [];
    return shape.length === 0 || before.length === 0 || shape[1] === before[0];
  });
}

/** @throws InputError for modules of which registration does not tell where they are used */
function checkPlaces(checkpoint: Checkpoint, steps: readonly Step[]): void {
  const refuse = (step: Step, why: string): InputError =>
    new InputError(checkpoint.path, `module ${step.module.path} (${step.kind ?? ''}) ${why}`, REMEDY);
  for (const [i, step] of steps.entries()) {
    const before = steps.slice(0, i).findLast((one) => !isActivation(one));
    if (isNorm(step) && step.sequence === null) {
      if (
        before === undefined ||
        !isWeighted(before) ||
        sizeOfUnits(checkpoint, before) !== sizeOfNorm(checkpoint, step)
      )
        throw refuse(step, 'has no place: it is not registered behind a layer with as many units');
    }
    if (step.kind === 'Conv2d') {
      const next = steps.slice(i + 1).find((one) => isActivation(one) || isWeighted(one));
      if (step.sequence === null || (next !== undefined && !isActivation(next)))
        throw refuse(
          step,
          'has no nonlinearity behind it in a Sequential, and what is done to its values is not told',
        );
    }
    if (isBend(step) && !isActivation(step) && !isCertain(steps, step))
      throw refuse(step, 'has no place: it is in no Sequential behind the layer it belongs to');
    const isPool = /Pool\dd$/.test(step.kind ?? '');
    if (isPool && step.sequence === null && !step.kind?.startsWith('Adaptive'))
      throw refuse(step, 'is used where its forward says, which the file does not hold');
  }
}

function sizeOfUnits(checkpoint: Checkpoint, { layer: { operation } }: Step): number | undefined {
  const isWeight = typeof operation === 'object' && (operation.kind === 'dense' || operation.kind === 'conv');
  return isWeight ? checkpoint.tensors.get(operation.weight)?.shape[0] : undefined;
}

/** Values that a norm takes: from its tensors, or as it was made. */
function sizeOfNorm(checkpoint: Checkpoint, { module, layer: { operation } }: Step): number | undefined {
  const [name] = typeof operation === 'object' ? rulesOf(operation).parameters(operation) : [];
  if (name !== undefined) return checkpoint.tensors.get(name)?.shape[0];
  const { normalized_shape: shape, num_channels: channels } = module.attributes;
  const size: PlainValue | undefined = Array.isArray(shape) ? (shape as readonly PlainValue[])[0] : channels; // a list of plain values
  return typeof size === 'number' ? size : undefined;
}

/** Counts batches in training. */
const COUNTER = /(?:^|\.)num_batches_tracked$/;

/** @throws InputError for a parameter that is of no module known */
function checkTensors(checkpoint: Checkpoint, steps: readonly Step[]): void {
  const used = new Set(
    steps.flatMap(({ layer: { operation } }) =>
      typeof operation === 'object' ? rulesOf(operation).parameters(operation) : [],
    ),
  );
  const left = [...checkpoint.tensors.values()].filter(
    ({ name, role }) => role === 'weight' && !used.has(name) && !COUNTER.test(name),
  );
  if (left.length === 0) return;
  const names = left.map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
  throw new InputError(checkpoint.path, `no module of a known kind holds its ${listed(names)}`, REMEDY);
}

function hasTensors({ tensors }: Checkpoint, { path }: ModuleNode): boolean {
  return [...tensors.keys()].some((name) => name.startsWith(`${path}.`));
}

function unknownKind(checkpoint: Checkpoint, { path, className }: ModuleNode): InputError {
  return new InputError(
    checkpoint.path,
    `module ${path} is a ${className}, which is not known; it may be a nonlinearity`,
    `Name the one between all layers: {"model": {"activation": "tanh"}} in modscope.json. Else: ${REMEDY}`,
  );
}

/**
 * The layers in order of registration. Nonlinearities that say their place stay there; layers without one get the one that is
 * between all others, behind their norm.
 * @returns the layers, and whether any got one
 */
function inOrder(
  steps: readonly Step[],
  activation: ActivationOperation['activation'],
): { layers: ChainLayer[]; filled: boolean } {
  const layers: ChainLayer[] = [];
  const hasImages = steps.some(({ kind }) => kind === 'Conv2d');
  let [open, filled] = [false, false];
  for (const step of steps) {
    const { layer } = step;
    if (isBend(step)) {
      if (!isCertain(steps, step)) continue;
      open = false;
    } else if (isWeighted(step)) {
      if (open) {
        layers.push({ name: 'nonlinearity', operation: { kind: 'activation', activation } });
        filled = true;
      }
      if (hasImages && step.kind === 'Linear') layers.push({ name: 'flatten', operation: flattening });
      open = true;
    }
    layers.push(layer);
  }
  return { layers, filled };
}
