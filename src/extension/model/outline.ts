import type { Report } from '../../core/report';
import type { MeasureEvent } from './entry';

/**
 * What the side panel lists of a checkpoint: the outline of its analysis, finished or not, and the rows that stand for
 * the parts of the outline.
 */
export type Outline = readonly OutlineLayer[];

/** What a reader of the outline should know beside it: why it may mean nothing, and what was assumed. */
export type Doubts = Pick<Report['network'], 'warnings' | 'assumptions'>;

interface OutlineLayer {
  readonly name: string;
  /** null while the analysis runs. */
  readonly units: number | null;
  readonly measures: readonly OutlineMeasure[];
}

interface OutlineMeasure {
  readonly name: string;
  readonly q: number | null;
  readonly count: number;
  /** Unit → label, −1 dead; null while the analysis runs. */
  readonly labels: readonly number[] | null;
}

interface Cluster {
  /** −1: the dead units. */
  readonly label: number;
  readonly units: readonly number[];
}

export function outlineOfReport({ layers }: Report): Outline {
  return layers.map(({ name, units, methods }) => ({
    name,
    units,
    measures: Object.entries(methods).map(([measure, { q, count, clusters }]) => ({
      name: measure,
      q,
      count,
      labels: clusters,
    })),
  }));
}

/** What of a running analysis is clustered already. */
export function outlineOfEvents(events: readonly MeasureEvent[]): Outline {
  const layers = new Map<string, MeasureEvent[]>();
  for (const event of events) layers.set(event.layer, [...(layers.get(event.layer) ?? []), event]);
  return [...layers].map(([name, found]) => ({
    name,
    units: null,
    measures: found.map(({ method, q, count }) => ({ name: method, q, count, labels: null })),
  }));
}

/** The largest first, the dead units last. */
export function clustersOf(labels: readonly number[]): Cluster[] {
  const groups = new Map<number, number[]>();
  for (const [unit, label] of labels.entries()) {
    const units = groups.get(label);
    if (units === undefined) groups.set(label, [unit]);
    else units.push(unit);
  }
  return [...groups]
    .map(([label, units]) => ({ label, units }))
    .sort(
      (a, b) =>
        Number(a.label < 0) - Number(b.label < 0) || b.units.length - a.units.length || a.label - b.label,
    );
}

interface MostModular {
  readonly layer: string;
  readonly measure: string;
  readonly q: number;
  readonly count: number;
}

/** Where modularity is highest; null where nothing has clusters. */
export function mostModular(outline: Outline): MostModular | null {
  let best: MostModular | null = null;
  for (const { name: layer, measures } of outline) {
    for (const { name: measure, q, count } of measures) {
      if (q !== null && q > (best?.q ?? -Infinity)) best = { layer, measure, q, count };
    }
  }
  return best;
}

/** A row, by what it stands for: checkpoint → layer → measure → cluster → unit. */
export type TreeNode =
  | { readonly kind: 'checkpoint'; readonly path: string }
  | { readonly kind: 'layer'; readonly path: string; readonly layer: string }
  | MeasureNode
  | ClusterNode
  | (Omit<ClusterNode, 'kind'> & { readonly kind: 'unit'; readonly unit: number });

interface MeasureNode {
  readonly kind: 'measure';
  readonly path: string;
  readonly layer: string;
  readonly measure: string;
}

interface ClusterNode {
  readonly kind: 'cluster';
  readonly path: string;
  readonly layer: string;
  readonly measure: string;
  readonly label: number;
}

/** The same for equal nodes, so that the tree keeps what is expanded and selected when it is made anew. */
export function nodeId(node: TreeNode): string {
  const { kind, path, ...rest } = node;
  return JSON.stringify([path, kind, ...Object.values(rest)]);
}

export function parentOf(node: TreeNode): TreeNode | null {
  switch (node.kind) {
    case 'checkpoint':
      return null;
    case 'layer':
      return { kind: 'checkpoint', path: node.path };
    case 'measure':
      return { kind: 'layer', path: node.path, layer: node.layer };
    case 'cluster':
      return { kind: 'measure', path: node.path, layer: node.layer, measure: node.measure };
    case 'unit':
      return {
        kind: 'cluster',
        path: node.path,
        layer: node.layer,
        measure: node.measure,
        label: node.label,
      };
  }
}

export function childrenOf(node: TreeNode, outline: Outline): TreeNode[] {
  switch (node.kind) {
    case 'checkpoint':
      return outline.map(({ name }) => ({ kind: 'layer', path: node.path, layer: name }));
    case 'layer':
      return (layerOf(node, outline)?.measures ?? []).map(({ name }) => ({
        ...node,
        kind: 'measure',
        measure: name,
      }));
    case 'measure':
      return clustersOf(measureOf(node, outline)?.labels ?? []).map(({ label }) => ({
        ...node,
        kind: 'cluster',
        label,
      }));
    case 'cluster': {
      const clusters = clustersOf(measureOf(node, outline)?.labels ?? []);
      const { units } = clusters.find(({ label }) => label === node.label) ?? { units: [] };
      return units.map((unit) => ({ ...node, kind: 'unit', unit }));
    }
    case 'unit':
      return [];
  }
}

export function layerOf(node: { readonly layer: string }, outline: Outline): OutlineLayer | undefined {
  return outline.find(({ name }) => name === node.layer);
}

export function measureOf(
  node: { readonly layer: string; readonly measure: string },
  outline: Outline,
): OutlineMeasure | undefined {
  return layerOf(node, outline)?.measures.find(({ name }) => name === node.measure);
}
