import { sankey, type SankeyLink, type SankeyNode } from 'd3-sankey';
import { type Alluvial, orderNodes } from './alluvial-order';

/** Where a node is, in pixels from the top left of the drawing. */
export interface PlacedNode {
  readonly column: number;
  /** Index in its column. */
  readonly node: number;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** A ribbon between two nodes, by the middles of its ends. */
export interface PlacedFlow {
  /** Of the earlier column. */
  readonly column: number;
  readonly from: number;
  readonly to: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** In units, and in pixels. */
  readonly units: number;
  readonly width: number;
}

export const NODE_WIDTH = 18;
/** Between the nodes of a column. */
const PADDING = 9;

interface NodeData {
  readonly column: number;
  readonly node: number;
  /** From the top of its column. */
  readonly place: number;
  readonly fixedValue: number;
}

interface FlowData {
  readonly column: number;
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/**
 * Lays out an alluvial figure: columns at even distances, heights by units, nodes where their flows are straightest (d3-sankey)
 * in an order that crosses little.
 * @param width from the left of the first column to the right of the last
 */
export function placeAlluvial(
  alluvial: Alluvial,
  width: number,
  height: number,
): { readonly nodes: readonly PlacedNode[]; readonly flows: readonly PlacedFlow[] } {
  const first = startsOf(alluvial.columns);
  const nodes = orderNodes(alluvial).flatMap((order, column) =>
    alluvial.columns[column]!.map((each, node): NodeData => ({
      column,
      node,
      place: order.indexOf(node),
      fixedValue: each.units,
    })),
  );
  const links = alluvial.flows.flatMap((flows, column) =>
    flows.map(({ from, to, units }) => ({
      column,
      from,
      to,
      value: units,
      source: first[column]! + from,
      target: first[column + 1]! + to,
    })),
  );
  const graph = sankey<NodeData, FlowData>()
    .nodeAlign(({ column }) => column)
    .nodeSort((a, b) => a.place - b.place)
    .nodeWidth(NODE_WIDTH)
    .nodePadding(PADDING)
    .extent([
      [0, 0],
      [width, height],
    ])({ nodes, links });
  return { nodes: graph.nodes.map(placedNode), flows: graph.links.map(placedFlow) };
}

/** Index of each column's first node among those of all columns. */
function startsOf(columns: Alluvial['columns']): number[] {
  let start = 0;
  return columns.map((nodes) => {
    const first = start;
    start += nodes.length;
    return first;
  });
}

// What d3-sankey has not laid out has no place; after it ran, everything has.

function placedNode({ column, node, x0 = 0, y0 = 0, y1 = 0 }: SankeyNode<NodeData, FlowData>): PlacedNode {
  return { column, node, x: x0, y: y0, height: y1 - y0 };
}

function placedFlow(link: SankeyLink<NodeData, FlowData>): PlacedFlow {
  const { column, from, to, value, source, target, y0 = 0, y1 = 0, width = 0 } = link;
  const left = typeof source === 'object' ? source.x1 : undefined;
  const right = typeof target === 'object' ? target.x0 : undefined;
  return { column, from, to, x: [left ?? 0, right ?? 0], y: [y0, y1], units: value, width };
}
