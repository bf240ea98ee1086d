import type { Report } from '../../core/report';
import type { MethodEvent } from './entry';

/** The layers, methods and clusters of a checkpoint, as the side panel lists them. */
export type Outline = readonly OutlineLayer[];

export interface OutlineLayer {
  readonly name: string;
  /** null while the analysis runs. */
  readonly units: number | null;
  readonly methods: readonly OutlineMethod[];
}

export interface OutlineMethod {
  readonly name: string;
  readonly q: number | null;
  readonly count: number;
  /** Unit → label, −1 dead; null while the analysis runs. */
  readonly labels: readonly number[] | null;
}

export interface Cluster {
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
