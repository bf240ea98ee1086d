import type { Assumption } from '../base/assumption';
import { InputError } from '../base/error';
import { isArray, type PlainRecord, type PlainValue } from '../base/plain-value';
import type { Tensor } from '../tensor/dtype';
import { type Shape, sizeOf } from '../tensor/shape';
import type { Checkpoint, TensorInfo } from './checkpoint';
import {
  adaptedWeight,
  maskedWeight,
  normalizedWeight,
  type OrthogonalMap,
  orthogonalWeight,
  spectralWeight,
} from './effective-weights';

/** The longest side of an orthogonal matrix: an exponential takes n³ multiplications, some twenty times. */
const MAX_ORTHOGONAL = 1024;

/** A weight that a file holds in parts. */
interface Effective {
  readonly name: string;
  readonly shape: Shape;
  readonly formula: string;
  readonly assumption?: Assumption;
  /** The first has the weight's type. */
  readonly parts: readonly TensorInfo[];
  /** @param values of the parts, in their order */
  readonly compute: (values: readonly Tensor['data'][]) => ArrayLike<number>;
}

/** Finds a weight in parts by one of them. `at` gives the tensors of a file by name. */
type Finder = (info: TensorInfo, at: Tensors) => Effective | null;

interface Tensors {
  get(name: string): TensorInfo | undefined;
  /** Names of one parametrization's tensors ("fc.parametrizations.weight."), or one adapter's ("fc.lora_"). */
  under(prefix: string): readonly string[];
  /** lora_alpha / rank; null where the file does not say it. */
  readonly adapterAlpha: number | null;
}

/**
 * A checkpoint in which the weights that torch.nn.utils keeps in parts are listed as well, under the name that the layer uses
 * and in the place of their first part: pruning, weight_norm, spectral_norm and orthogonal in their old and new forms, and
 * LoRA adapters whose scale is known. They are computed when they are read. The parts stay readable, as `part`.
 */
export function withEffectiveWeights(checkpoint: Checkpoint): Checkpoint {
  const groups = groupsOf(checkpoint.tensors.keys());
  const tensors: Tensors = {
    get: (name) => checkpoint.tensors.get(name),
    under: (prefix) => groups.get(prefix) ?? [],
    adapterAlpha: adapterAlpha(checkpoint),
  };
  const found = new Map<string, Effective>();
  for (const info of checkpoint.tensors.values()) {
    if (info.role !== 'weight') continue;
    const effective = FINDERS.reduce<Effective | null>((before, find) => before ?? find(info, tensors), null);
    if (effective !== null && !checkpoint.tensors.has(effective.name)) found.set(effective.name, effective);
  }
  if (found.size === 0) return checkpoint;

  const byPart = new Map<string, Effective>();
  for (const effective of found.values()) for (const { name } of effective.parts) byPart.set(name, effective);
  const listed = new Map<string, TensorInfo>();
  for (const [name, info] of checkpoint.tensors) {
    const effective = byPart.get(name);
    if (effective !== undefined && !listed.has(effective.name)) listed.set(effective.name, infoOf(effective));
    listed.set(name, effective === undefined ? info : { ...info, role: 'part' });
  }
  return {
    ...checkpoint,
    tensors: listed,
    async read(name) {
      const effective = found.get(name);
      return effective === undefined ? checkpoint.read(name) : compute(checkpoint, effective);
    },
    readPart: async (name, first, count) =>
      found.has(name) ? undefined : checkpoint.readPart(name, first, count),
  };
}

function groupsOf(names: Iterable<string>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const prefix = /^(?:.*?parametrizations\.[^.]+\.|.*\.lora_)/.exec(name)?.[0];
    if (prefix === undefined) continue;
    const group = groups.get(prefix);
    if (group === undefined) groups.set(prefix, [name]);
    else group.push(name);
  }
  return groups;
}

function infoOf({ name, shape, formula, assumption, parts }: Effective): TensorInfo {
  const dtype = parts[0]?.dtype ?? 'f32';
  const computed = assumption === undefined ? { formula } : { formula, assumption };
  return { name, dtype, shape, role: 'weight', computed };
}

async function compute(checkpoint: Checkpoint, { name, shape, parts, compute }: Effective): Promise<Tensor> {
  const values: Tensor['data'][] = [];
  for (const part of parts) values.push((await checkpoint.read(part.name)).data);
  const data = compute(values);
  if (data.length !== sizeOf(shape))
    throw new InputError(checkpoint.path, `the parts of ${name} have sizes that do not fit`);
  return { shape, data: parts[0]?.dtype === 'f64' ? Float64Array.from(data) : Float32Array.from(data) };
}

/** prune.l1_unstructured and the like. */
const pruned: Finder = (info, at) => {
  const base = stem(info.name, '_orig');
  const mask = base === null ? undefined : at.get(`${base}_mask`);
  if (base === null || mask === undefined || !sameShape(info.shape, mask.shape)) return null;
  return {
    name: base,
    shape: info.shape,
    formula: `${last(base)}_orig · ${last(base)}_mask (pruning)`,
    parts: [info, mask],
    compute: ([orig = [], kept = []]) => maskedWeight(orig, kept),
  };
};

/** torch.nn.utils.weight_norm, and parametrizations.weight_norm. */
const weightNorm: Finder = (info, at) => {
  const [old, renewed] = [stem(info.name, '_v'), parametrized(info.name, 'original1')];
  const base = old ?? renewed?.weight ?? null;
  const magnitude = old === null ? renewed && at.get(`${renewed.list}original0`) : at.get(`${old}_g`);
  if (base === null || !magnitude || info.shape.length < 2) return null;
  if (renewed && at.under(renewed.list).length > 2) return null; // another parametrization besides
  const dim = keptDimension(magnitude.shape, info.shape);
  if (dim === undefined) return null;
  const [g, v] = old === null ? ['original0', 'original1'] : [`${last(base)}_g`, `${last(base)}_v`];
  return {
    name: base,
    shape: info.shape,
    formula: `${g} · ${v} / ‖${v}‖ (weight_norm)`,
    parts: [info, magnitude],
    compute: ([values = [], sizes = []]) => normalizedWeight(values, sizes, info.shape, dim),
  };
};

/** The dimension that a norm was not taken over: that of its magnitudes; null for none, undefined where they fit none. */
function keptDimension(g: Shape, v: Shape): number | null | undefined {
  if (sizeOf(g) === 1) return null;
  const kept = g.flatMap((size, dim) => (size === 1 ? [] : [dim]));
  const [dim, ...others] = kept;
  return g.length === v.length && others.length === 0 && dim !== undefined && g[dim] === v[dim]
    ? dim
    : undefined;
}

/** torch.nn.utils.spectral_norm, and parametrizations.spectral_norm. */
const spectralNorm: Finder = (info, at) => {
  const [old, renewed] = [stem(info.name, '_orig'), parametrized(info.name, 'original')];
  const base = old ?? renewed?.weight ?? null;
  const [u, v] = (renewed ? [`${renewed.list}0._u`, `${renewed.list}0._v`] : [`${old}_u`, `${old}_v`]).map(
    (name) => at.get(name),
  );
  if (base === null || u === undefined || v === undefined) return null;
  if (renewed && at.under(renewed.list).length > 3) return null;
  const [first = 0] = info.shape;
  const fits =
    info.shape.length >= 2 && sizeOf(u.shape) === first && sizeOf(v.shape) * first === sizeOf(info.shape);
  if (!fits) return null;
  return {
    name: base,
    shape: info.shape,
    formula: `${last(info.name)} / (uᵀ ${last(info.name)} v) (spectral_norm)`,
    parts: [info, u, v],
    compute: ([weight = [], left = [], right = []]) => spectralWeight(weight, left, right),
  };
};

/**
 * parametrizations.orthogonal, which is known by its base. The file does not say which map makes the matrix orthogonal:
 * PyTorch's default is the exponential for square matrices, reflections for others.
 */
const orthogonal: Finder = (info, at) => {
  const found = parametrized(info.name, 'original');
  const base = found && at.get(`${found.list}0.base`);
  if (!found || !base || at.under(found.list).length > 2) return null;
  const [rows = 0, columns = 0, ...more] = info.shape;
  const longer = Math.max(rows, columns);
  if (more.length > 0 || longer === 0 || longer > MAX_ORTHOGONAL) return null;
  if (!sameShape(base.shape, [longer, longer])) return null;
  const map: OrthogonalMap = rows === columns ? 'matrix_exp' : 'householder';
  const others = map === 'matrix_exp' ? 'cayley or householder' : 'matrix_exp or cayley';
  return {
    name: found.weight,
    shape: info.shape,
    formula: `base · ${map}(original) (orthogonal)`,
    assumption: {
      name: 'parametrization',
      says: `The orthogonal parametrization of ${found.weight} was taken to use ${map}, PyTorch's default for its shape.`,
      otherwise: `With orthogonal_map ${others}, this weight differs.`,
      fix: 'torch.nn.utils.parametrize.remove_parametrizations(layer, "weight") before the network is saved settles it.',
    },
    parts: [info, base],
    compute: ([original = [], start = []]) => orthogonalWeight(original, start, [rows, columns], map),
  };
};

/** PEFT's adapters beside the layer they adapt: "fc.base_layer.weight", "fc.lora_A.default.weight", "fc.lora_B.default.weight". */
const lora: Finder = (info, at) => {
  const layer = stem(info.name, '.base_layer.weight');
  if (layer === null || info.shape.length !== 2) return null;
  const adapters = at.under(`${layer}.lora_`).filter((name) => /\.lora_[AB]\.(?:[^.]+\.)?weight$/.test(name));
  const [a, b] = ['A', 'B'].map((side) =>
    at.get(adapters.find((name) => name.startsWith(`${layer}.lora_${side}.`)) ?? ''),
  );
  const alpha = at.adapterAlpha;
  if (adapters.length !== 2 || a === undefined || b === undefined || alpha === null) return null;
  const [outputs = 0, inputs = 0] = info.shape;
  const [rank = 0] = a.shape;
  if (rank < 1 || !sameShape(a.shape, [rank, inputs]) || !sameShape(b.shape, [outputs, rank])) return null;
  return {
    name: `${layer}.weight`,
    shape: info.shape,
    formula: `base_layer + ${alpha}/${rank} · lora_B lora_A (LoRA)`,
    parts: [info, a, b],
    compute: ([weight = [], down = [], up = []]) => adaptedWeight(weight, down, up, rank, alpha / rank),
  };
};

/** The bias of a layer with an adapter, under the layer's own name. */
const adaptedBias: Finder = (info, at) => {
  const layer = stem(info.name, '.base_layer.bias');
  if (layer === null || at.under(`${layer}.lora_`).length === 0 || at.adapterAlpha === null) return null;
  return {
    name: `${layer}.bias`,
    shape: info.shape,
    formula: 'base_layer.bias',
    parts: [info],
    compute: ([bias = []]) => bias,
  };
};

const FINDERS: readonly Finder[] = [pruned, weightNorm, spectralNorm, orthogonal, lora, adaptedBias];

/** The name without this ending; null where it has another. */
function stem(name: string, ending: string): string | null {
  return name.endsWith(ending) && name.length > ending.length ? name.slice(0, -ending.length) : null;
}

/** "fc.parametrizations.weight.original" → the weight "fc.weight", and what its parts' names begin with. */
function parametrized(name: string, part: string): { readonly weight: string; readonly list: string } | null {
  const match = /^(.*?)parametrizations\.([^.]+)\.([^.]+)$/.exec(name);
  const [, layer = '', weight = '', end] = match ?? [];
  return end === part ? { weight: `${layer}${weight}`, list: name.slice(0, -part.length) } : null;
}

function last(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** lora_alpha of the hyper-parameters, at the top or one level down. */
function adapterAlpha({ hyperParameters }: Checkpoint): number | null {
  const levels = [hyperParameters, ...Object.values(hyperParameters).filter(isRecord)];
  for (const level of levels) {
    const alpha = level['lora_alpha'];
    if (typeof alpha === 'number' && Number.isFinite(alpha)) return alpha;
  }
  return null;
}

function isRecord(value: PlainValue): value is PlainRecord {
  return typeof value === 'object' && value !== null && !isArray(value);
}
