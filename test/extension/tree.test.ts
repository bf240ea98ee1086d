import { describe, expect, test } from 'vitest';
import { filterRows, newEntry, type Row, sortRows } from '../../src/extension/model/entry';
import {
  childrenOf,
  clustersOf,
  mostModular,
  nodeId,
  outlineOfEvents,
  outlineOfReport,
  parentOf,
  type TreeNode,
} from '../../src/extension/model/node';
import { layerReport, methodReport, report } from './report';

const outline = outlineOfReport(
  report(
    layerReport('fc1', {
      forward_cov: methodReport(0.1, [0, 1, 1, -1]),
      backward_jac: methodReport(null, [-1, -1, -1, -1]),
    }),
    layerReport('fc2', { forward_cov: methodReport(0.3, [0, 0, 1, 1]) }),
  ),
);

describe('the side panel', () => {
  test('lists checkpoint, layers, methods, clusters and units; the largest cluster first, the dead last', () => {
    const root: TreeNode = { kind: 'checkpoint', path: '/w/a.ckpt' };
    const layers = childrenOf(root, outline);
    expect(layers.map((node) => node.kind === 'layer' && node.layer)).toEqual(['fc1', 'fc2']);
    const methods = childrenOf(layers[0]!, outline);
    const clusters = childrenOf(methods[0]!, outline);
    expect(clusters.map((node) => node.kind === 'cluster' && node.label)).toEqual([1, 0, -1]);
    const units = childrenOf(clusters[0]!, outline);
    expect(units.map((node) => node.kind === 'unit' && node.unit)).toEqual([1, 2]);
    expect(childrenOf(units[0]!, outline)).toEqual([]);
  });

  test('finds the way back up, and every row has an id of its own', () => {
    const ids = new Set<string>();
    const visit = (node: TreeNode): void => {
      expect(ids.has(nodeId(node))).toBe(false);
      ids.add(nodeId(node));
      for (const child of childrenOf(node, outline)) {
        expect(parentOf(child)).toEqual(node);
        visit(child);
      }
    };
    visit({ kind: 'checkpoint', path: '/w/a.ckpt' });
    expect(ids.size).toBe(1 + 2 + 3 + (3 + 1 + 2) + (4 + 4 + 4));
  });

  test('shows the parts of a running analysis as they come', () => {
    const event = { type: 'method', layer: 'fc1', q: 0.2, count: 3 } as const;
    const partial = outlineOfEvents([
      { ...event, method: 'forward_cov' },
      { ...event, method: 'backward_jac' },
    ]);
    expect(partial).toHaveLength(1);
    expect(partial[0]?.methods.map(({ name }) => name)).toEqual(['forward_cov', 'backward_jac']);
    const root: TreeNode = { kind: 'checkpoint', path: '/w/a.ckpt' };
    const layers = childrenOf(root, partial);
    const methods = childrenOf(layers[0]!, partial);
    expect(childrenOf(methods[0]!, partial)).toEqual([]);
  });

  test('knows where modularity is highest', () => {
    expect(mostModular(outline)).toMatchObject({ layer: 'fc2', method: 'forward_cov', q: 0.3 });
    expect(mostModular([])).toBeNull();
    expect(clustersOf([])).toEqual([]);
  });
});

describe('the order of checkpoints', () => {
  const row = (name: string, mtimeMs: number, q: number | null): Row => ({
    entry: newEntry(name),
    name,
    mtimeMs,
    q,
  });
  const rows = [row('run/epoch=10', 1, 0.2), row('run/epoch=9', 3, null), row('a', 2, 0.4)];
  const names = (sorted: readonly Row[]): string[] => sorted.map(({ name }) => name);

  test('is natural by name, newest first, or most modular first with the rest last', () => {
    expect(names(sortRows(rows, 'name'))).toEqual(['a', 'run/epoch=9', 'run/epoch=10']);
    expect(names(sortRows(rows, 'newest'))).toEqual(['run/epoch=9', 'a', 'run/epoch=10']);
    expect(names(sortRows(rows, 'modularity'))).toEqual(['a', 'run/epoch=10', 'run/epoch=9']);
  });

  test('keeps what has every word in its path or state', () => {
    expect(names(filterRows(rows, 'EPOCH  new'))).toEqual(['run/epoch=10', 'run/epoch=9']);
    expect(names(filterRows(rows, 'epoch failed'))).toEqual([]);
    expect(filterRows(rows, ' ')).toHaveLength(3);
  });
});
