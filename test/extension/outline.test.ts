import { describe, expect, test } from 'vitest';
import {
  childrenOf,
  clustersOf,
  mostModular,
  nodeId,
  outlineOfEvents,
  outlineOfReport,
  parentOf,
  type TreeNode,
} from '../../src/extension/model/outline';
import { layerReport, measureReport, report } from './example-report';

const outline = outlineOfReport(
  report(
    layerReport('fc1', {
      forward_cov: measureReport(0.1, [0, 1, 1, -1]),
      backward_jac: measureReport(null, [-1, -1, -1, -1]),
    }),
    layerReport('fc2', { forward_cov: measureReport(0.3, [0, 0, 1, 1]) }),
  ),
);

describe('the side panel', () => {
  test('lists checkpoint, layers, measures, clusters and units; the largest cluster first, the dead last', () => {
    const root: TreeNode = { kind: 'checkpoint', path: '/w/a.ckpt' };
    const layers = childrenOf(root, outline);
    expect(layers.map((node) => node.kind === 'layer' && node.layer)).toEqual(['fc1', 'fc2']);
    const measures = childrenOf(layers[0]!, outline);
    const clusters = childrenOf(measures[0]!, outline);
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
    expect(partial[0]?.measures.map(({ name }) => name)).toEqual(['forward_cov', 'backward_jac']);
    const root: TreeNode = { kind: 'checkpoint', path: '/w/a.ckpt' };
    const layers = childrenOf(root, partial);
    const measures = childrenOf(layers[0]!, partial);
    expect(childrenOf(measures[0]!, partial)).toEqual([]);
  });

  test('knows where modularity is highest', () => {
    expect(mostModular(outline)).toMatchObject({ layer: 'fc2', measure: 'forward_cov', q: 0.3 });
    expect(mostModular([])).toBeNull();
    expect(clustersOf([])).toEqual([]);
  });
});
