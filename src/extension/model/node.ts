import { clustersOf, type Outline, type OutlineMethod } from './outline';

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
