import * as v from 'valibot';
import type { Compute } from '../analysis/compute';
import { clusterNull, type LayerQs, type NullRun, type NullWork } from '../analysis/nulls';
import { NULL_KINDS, type NullKind } from '../choices';
import { type Measure, MEASURES } from '../measures';
import { STUDY_METRICS } from './agreement-metrics';

// Null networks of a study: what each of them gives, and all of a kind together, as they are stored.

const measure = v.picklist(MEASURES);
const byMeasure = <const S extends v.GenericSchema>(schema: S) =>
  v.object(v.entriesFromList(MEASURES, v.exactOptional(schema)));
const orNull = v.nullable(v.number());

/** What one null network gives, layer by layer in the order of the layers. */
export const NullNetwork = v.object({
  layers: v.array(
    v.object({
      name: v.string(),
      methods: byMeasure(v.object({ q: orNull, clusters: v.number() })),
      agreement: v.array(v.object({ a: measure, b: measure, metrics: v.record(v.string(), orNull) })),
    }),
  ),
});
export type NullNetwork = v.InferOutput<typeof NullNetwork>;

/** All null networks of a kind: Q and clusters of each in their order, of the agreement of their measures mean and spread. */
export const NullDistribution = v.object({
  schema: v.literal('modscope-nulls/1'),
  kind: v.picklist(NULL_KINDS),
  count: v.number(),
  layers: v.array(
    v.object({
      name: v.string(),
      methods: byMeasure(v.object({ q: v.array(orNull), clusters: v.array(v.number()) })),
      agreement: v.array(
        v.object({
          a: measure,
          b: measure,
          metrics: v.record(v.string(), v.object({ count: v.number(), mean: orNull, sd: orNull })),
        }),
      ),
    }),
  ),
});
export type NullDistribution = v.InferOutput<typeof NullDistribution>;

/** Measures one null network, and compares its measures with each other. */
export async function measureNull(work: NullWork, kind: NullKind, index: number): Promise<NullNetwork> {
  const { layers, clusterings } = await clusterNull(work, kind, index);
  return {
    layers: await Promise.all(
      layers.map(async (layer, at) => {
        const clustered = [...(clusterings[at] ?? [])];
        const results = clustered.map(([id, { q, count }]) => [id, { q, clusters: count }] as const);
        const items = clustered.map(([name, { labels }]) => ({
          name,
          labels,
          matrix: layer.matrices.get(name),
        }));
        return {
          name: layer.name,
          methods: Object.fromEntries(results),
          agreement: await agreementOf(items, work),
        };
      }),
    ),
  };
}

async function agreementOf(
  items: Parameters<Compute['agree']>[0],
  { compute, settings }: NullWork,
): Promise<NullNetwork['layers'][number]['agreement']> {
  // Without a null of the alignment: this is one.
  const pairs = await compute.agree(items, { seed: settings.seed, nullSamples: 0 });
  return pairs.map((pair) => ({
    a: pair.a,
    b: pair.b,
    metrics: Object.fromEntries(STUDY_METRICS.map(([name, valueOf]) => [name, valueOf(pair)])),
  }));
}

/** @param networks in their order, of the same architecture and kind */
export function distributionOf(kind: NullKind, networks: readonly NullNetwork[]): NullDistribution {
  const layers = (networks[0]?.layers ?? []).map(({ name, methods, agreement }, at) => {
    const layersAt = networks.flatMap((network) => network.layers[at] ?? []);
    const present = MEASURES.filter((id) => methods[id] !== undefined);
    const results = present.map((id) => {
      const each = layersAt.flatMap((layer) => layer.methods[id] ?? []);
      return [id, { q: each.map(({ q }) => q), clusters: each.map(({ clusters }) => clusters) }] as const;
    });
    return {
      name,
      methods: Object.fromEntries(results),
      agreement: agreement.map(({ a, b, metrics }, pair) => ({
        a,
        b,
        metrics: Object.fromEntries(
          Object.keys(metrics).map((metric) => [
            metric,
            spread(layersAt.flatMap((layer) => layer.agreement[pair]?.metrics[metric] ?? [])),
          ]),
        ),
      })),
    };
  });
  return { schema: 'modscope-nulls/1', kind, count: networks.length, layers };
}

/** Mean and sample SD; null where there are too few values for them. */
function spread(values: readonly number[]): { count: number; mean: number | null; sd: number | null } {
  const count = values.length;
  if (count === 0) return { count, mean: null, sd: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { count, mean, sd: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, sd: Math.sqrt(squares / (count - 1)) };
}

/** Q of every null network, as an analysis compares its own with. */
export function qsOf({ kind, count, layers }: NullDistribution): NullRun<LayerQs>[] {
  return Array.from({ length: count }, (_, index) => ({
    kind,
    result: layers.map(({ methods }) => {
      const present = MEASURES.filter((id) => methods[id] !== undefined);
      return new Map<Measure, number | null>(present.map((id) => [id, methods[id]?.q[index] ?? null]));
    }),
  }));
}

type PairMetrics = ReadonlyMap<string, NullDistribution['layers'][number]['agreement'][number]['metrics']>;

/** By distribution, then layer, then pair: all checkpoints of an architecture ask for the same. */
const lookups = new WeakMap<NullDistribution, Map<string, PairMetrics>>();

/** Mean of a metric over null networks; null where it is not known. */
export function nullAgreement(
  distribution: NullDistribution | null,
  layer: string,
): (a: Measure, b: Measure, metric: string) => number | null {
  if (distribution === null) return () => null;
  const layers = lookups.get(distribution) ?? new Map<string, PairMetrics>();
  lookups.set(distribution, layers);
  const pairs = layers.get(layer) ?? pairsOf(distribution, layer);
  layers.set(layer, pairs);
  return (a, b, metric) => pairs.get(`${a}:${b}`)?.[metric]?.mean ?? null;
}

function pairsOf({ layers }: NullDistribution, layer: string): PairMetrics {
  const pairs = layers.find(({ name }) => name === layer)?.agreement ?? [];
  return new Map(pairs.map(({ a, b, metrics }) => [`${a}:${b}`, metrics]));
}
