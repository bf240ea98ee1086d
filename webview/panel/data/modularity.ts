import type { Measure as Method } from '../../../src/core/measures';
import type { LayerReport, MeasureReport as MethodReport } from '../../../src/core/report';
import { MEASURES as METHODS } from '../../../src/core/measures';
import { linearScale, niceStep, type Scale } from '../../../src/core/report/scale';
import type { MethodDone, State, ViewState } from '../state';
import { inOrder, methodsOf } from './methods';

export interface ModularityCell {
  readonly method: Method;
  readonly q: number | null;
  readonly count: number;
  /** Distance of Q from the null model in standard deviations. */
  readonly z: number | null;
  /** null while the analysis is running. */
  readonly report: MethodReport | null;
}

export interface ModularityRow {
  readonly layer: string;
  /** Its kind and shape; null while the analysis is running. */
  readonly size: Pick<LayerReport, 'kind' | 'units' | 'shape'> | null;
  /** By method; undefined where it was not computed, or not yet. */
  readonly cells: ReadonlyMap<Method, ModularityCell>;
}

export interface ModularityTable {
  readonly methods: readonly Method[];
  readonly rows: readonly ModularityRow[];
  /** Whether cells are still to come. */
  readonly running: boolean;
}

/** Of the report, or of what there is of it so far. null: nothing to show. */
export function modularityTable({ report, selection, partial }: State): ModularityTable | null {
  if (report.state === 'ready') {
    const { layers } = report.value;
    const rows = layers.map((layer) => ({
      layer: layer.name,
      size: layer,
      cells: new Map(
        inOrder(Object.keys(layer.methods)).flatMap((method) => {
          const found = layer.methods[method];
          if (found === undefined) return [];
          const { q, count } = found;
          return [[method, { method, q, count, z: found.null?.z ?? null, report: found }] as const];
        }),
      ),
    }));
    return { methods: methodsOf(layers), rows, running: false };
  }
  const done = partial.get(selection.result ?? '') ?? [];
  return done.length === 0 ? null : { methods: METHODS, rows: soFar(done), running: true };
}

function soFar(done: readonly MethodDone[]): ModularityRow[] {
  const layers = new Map<string, Map<Method, ModularityCell>>();
  for (const { layer, method: name, q, count } of done) {
    const cells = layers.get(layer) ?? new Map<Method, ModularityCell>();
    layers.set(layer, cells);
    for (const method of inOrder([name])) cells.set(method, { method, q, count, z: null, report: null });
  }
  return [...layers].map(([layer, cells]) => ({ layer, size: null, cells }));
}

export const shownValue = (cell: ModularityCell, measure: ViewState['measure']): number | null =>
  cell.q === null ? null : cell[measure];

/** From 0, or below where there is less, to a round number above the greatest. */
export function modularityScale({ rows }: ModularityTable, measure: ViewState['measure']): Scale {
  const values = rows.flatMap(({ cells }) =>
    [...cells.values()].map((cell) => shownValue(cell, measure) ?? 0),
  );
  const high = Math.max(measure === 'q' ? 0.05 : 1, ...values);
  const low = Math.min(0, ...values);
  const step = niceStep((high - low) / 6);
  return linearScale(Math.floor(low / step) * step, Math.ceil(high / step) * step);
}
