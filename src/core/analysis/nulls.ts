import type { Dataset } from '../dataset/dataset';
import { sampleSize } from '../dataset/inputs';
import type { DenseStack } from '../network/dense-stack';
import { shuffledStack, untrainedStack } from '../network/null-stack';
import { Random } from '../random';
import { rawMethod } from '../association/association';
import type { SweepOptions, SweepSums } from '../association/sweep';
import type { Compute } from './compute';
import { layerMatrices } from './layers';
import {
  type Method,
  NULL_KINDS,
  type NullKind,
  type NullModel,
  type NullRequest,
  type SolverName,
} from './report';

/** Few enough to fit in the time of the analysis itself: a z-score, not a small p-value. */
export const DEFAULT_NULLS: readonly NullRequest[] = [{ kind: 'untrained', count: 5 }];
/** Where a kind is named without a count. */
export const DEFAULT_COUNT = 20;

/** Q of null networks is taken over the first so many samples: it hardly depends on them. */
const NULL_SAMPLES = 2000;

/** The settings of an analysis that say which null networks are clustered, and how. */
export interface NullSettings {
  readonly nulls: readonly NullRequest[];
  readonly methods: readonly Method[];
  readonly solver: SolverName;
  readonly seed: number;
}

/** Q of every null network, in the order of the requests: by layer, in the order of `layerMatrices`, then method. */
export type NullValues = readonly ReadonlyMap<Method, ReadonlyMap<NullKind, readonly number[]>>[];

/**
 * Clusters null networks as the network itself was clustered.
 * @param onDone told of every null network that is done
 */
export async function nullValues(
  stack: DenseStack,
  dataset: Dataset,
  { nulls, methods, solver, seed }: NullSettings,
  combined: boolean,
  compute: Compute,
  onDone: () => void,
): Promise<NullValues> {
  const samples = firstSamples(dataset, NULL_SAMPLES);
  const layers = Array.from(
    { length: stack.hidden.length + Number(combined) },
    () => new Map<Method, Map<NullKind, number[]>>(),
  );
  for (const { kind, count } of nulls) {
    const applicable = methods.filter((method) => kind !== 'permuted' || isUpstream(method));
    if (applicable.length === 0) continue;
    const options = { methods: new Set(applicable.map(rawMethod)), combined };
    for (let index = 0; index < count; index++) {
      const sums = await nullSums(kind, stack, samples, options, nullSeed(seed, kind, index), compute);
      const found = applicable.filter((method) => wasCollected(sums, method));
      await Promise.all(
        layerMatrices(sums, stack, found, combined).flatMap((layer, l) =>
          [...layer.matrices].map(async ([method, matrix]) => {
            const { q } = await compute.cluster(matrix, { solver, seed });
            if (q !== null) append(layers[l]!, method, kind, q);
          }),
        ),
      );
      onDone();
    }
  }
  return layers;
}

/** A value of Q against null values: z from their mean and sample SD, p the share at least as large with +1 smoothing. */
export function compareWithNull(
  q: number | null,
  kind: NullKind,
  values: readonly number[],
): NullModel | null {
  if (q === null || values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  const reached = values.filter((value) => value >= q).length;
  return {
    kind,
    count: values.length,
    mean,
    sd,
    z: sd > 0 ? (q - mean) / sd : null,
    p: (reached + 1) / (values.length + 1),
  };
}

function nullSums(
  kind: NullKind,
  stack: DenseStack,
  samples: Dataset,
  options: SweepOptions,
  seed: number,
  compute: Compute,
): Promise<SweepSums> {
  switch (kind) {
    case 'untrained':
      return compute.sweep(untrainedStack(stack, new Random(seed)), samples, options);
    case 'shuffled':
      return compute.sweep(shuffledStack(stack, new Random(seed)), samples, options);
    case 'permuted':
      return compute.permuted(stack, samples, options, seed);
  }
}

/** A seed of its own for every null network; the constants only keep them apart. */
function nullSeed(seed: number, kind: NullKind, index: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ (NULL_KINDS.indexOf(kind) * 0x10001 + index)) | 0;
}

function isUpstream(method: Method): boolean {
  return method.startsWith('forward');
}

function wasCollected(sums: SweepSums, method: Method): boolean {
  return rawMethod(method) !== 'forward_jac' || sums.forwardJacobian !== null;
}

function append(
  layer: Map<Method, Map<NullKind, number[]>>,
  method: Method,
  kind: NullKind,
  q: number,
): void {
  const kinds = layer.get(method) ?? new Map<NullKind, number[]>();
  layer.set(method, kinds.set(kind, [...(kinds.get(kind) ?? []), q]));
}

function firstSamples(dataset: Dataset, most: number): Dataset {
  const samples = Math.min(dataset.samples, most);
  return {
    ...dataset,
    samples,
    inputs: dataset.inputs.subarray(0, samples * sampleSize(dataset.sampleShape)),
    labels: dataset.labels.subarray(0, samples),
  };
}
