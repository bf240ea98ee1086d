import type { Report } from '../../core/report';
import type { MethodEvent } from './entry';

/** A row of the side panel, by what it stands for: checkpoint → layer → method → cluster → unit. */
export type TreeNode =
  | { readonly kind: 'checkpoint'; readonly path: string }
  | { readonly kind: 'layer'; readonly path: string; readonly layer: string }
  | MethodNode
  | ClusterNode
  | (Omit<ClusterNode, 'kind'> & { readonly kind: 'unit'; readonly unit: number });

interface MethodNode {
  readonly kind: 'method';
  readonly path: string;
  readonly layer: string;
  readonly method: string;
}

interface ClusterNode {
  readonly kind: 'cluster';
  readonly path: string;
  readonly layer: string;
  readonly method: string;
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
    case 'method':
      return { kind: 'layer', path: node.path, layer: node.layer };
    case 'cluster':
      return { kind: 'method', path: node.path, layer: node.layer, method: node.method };
    case 'unit':
      return { kind: 'cluster', path: node.path, layer: node.layer, method: node.method, label: node.label };
  }
}

export function childrenOf(node: TreeNode, outline: Outline): TreeNode[] {
  switch (node.kind) {
    case 'checkpoint':
      return outline.map(({ name }) => ({ kind: 'layer', path: node.path, layer: name }));
    case 'layer':
      return (layerOf(node, outline)?.methods ?? []).map(({ name }) => ({
        ...node,
        kind: 'method',
        method: name,
      }));
    case 'method':
      return clustersOf(methodOf(node, outline)?.labels ?? []).map(({ label }) => ({
        ...node,
        kind: 'cluster',
        label,
      }));
    case 'cluster': {
      const clusters = clustersOf(methodOf(node, outline)?.labels ?? []);
      const { units } = clusters.find(({ label }) => label === node.label) ?? { units: [] };
      return units.map((unit) => ({ ...node, kind: 'unit', unit }));
    }
    case 'unit':
      return [];
  }
}

export function layerOf(node: { readonly layer: string }, outline: Outline): Outline[number] | undefined {
  return outline.find(({ name }) => name === node.layer);
}

export function methodOf(
  node: { readonly layer: string; readonly method: string },
  outline: Outline,
): OutlineMethod | undefined {
  return layerOf(node, outline)?.methods.find(({ name }) => name === node.method);
}

/** The layers, methods and clusters of a checkpoint, as the side panel lists them. */
export type Outline = readonly OutlineLayer[];

interface OutlineLayer {
  readonly name: string;
  /** null while the analysis runs. */
  readonly units: number | null;
  readonly methods: readonly OutlineMethod[];
}

interface OutlineMethod {
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
    methods: Object.entries(methods).map(([method, { q, count, clusters }]) => ({
      name: method,
      q,
      count,
      labels: clusters,
    })),
  }));
}

/** What of a running analysis is clustered already. */
export function outlineOfEvents(events: readonly MethodEvent[]): Outline {
  const layers = new Map<string, MethodEvent[]>();
  for (const event of events) layers.set(event.layer, [...(layers.get(event.layer) ?? []), event]);
  return [...layers].map(([name, found]) => ({
    name,
    units: null,
    methods: found.map(({ method, q, count }) => ({ name: method, q, count, labels: null })),
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

/** Where modularity is highest; null where nothing has clusters. */
export function mostModular(
  outline: Outline,
): { layer: string; method: string; q: number; count: number } | null {
  let best: { layer: string; method: string; q: number; count: number } | null = null;
  for (const { name: layer, methods } of outline) {
    for (const { name: method, q, count } of methods) {
      if (q !== null && q > (best?.q ?? -Infinity)) best = { layer, method, q, count };
    }
  }
  return best;
}
