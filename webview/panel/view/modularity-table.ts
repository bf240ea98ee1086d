import { inOrder, type Measure, MEASURES } from '../../../src/core/measures';
import { linearScale, niceStep, type Scale } from '../../../src/core/render/colours';
import type { ModularityCard } from '../../../src/core/render/modularity-figure';
import type { BootstrapReport, LayerReport, MeasureReport } from '../../../src/core/report';
import { fixed, relativeError, rounded, type Rows, type Write } from '../../format';
import { measuresOf } from '../layer-measures';
import type { MeasureDone, PanelState, Quantity } from '../panel-state';
import { words } from '../panel-words';

export interface ModularityCell {
  readonly measure: Measure;
  readonly q: number | null;
  readonly count: number;
  /** Distance of Q from the null model in standard deviations. */
  readonly z: number | null;
  /** null while the analysis is running. */
  readonly report: MeasureReport | null;
}

export interface ModularityRow {
  readonly layer: string;
  /** Its kind and shape; null while the analysis is running. */
  readonly size: Pick<LayerReport, 'kind' | 'units' | 'shape'> | null;
  /** By measure; it lacks those that were not computed, or not yet. */
  readonly cells: ReadonlyMap<Measure, ModularityCell>;
}

export interface ModularityTable {
  readonly measures: readonly Measure[];
  readonly rows: readonly ModularityRow[];
  /** Whether cells are still to come. */
  readonly running: boolean;
}

/** The table of the report, or of what the running analysis has finished. null: there is nothing to show. */
export function modularityTable({ report, selection, partial }: PanelState): ModularityTable | null {
  if (report.state === 'ready') {
    const { layers } = report.value;
    const rows = layers.map((layer) => ({
      layer: layer.name,
      size: layer,
      cells: new Map(
        inOrder(Object.keys(layer.methods)).flatMap((measure) => {
          const found = layer.methods[measure];
          if (found === undefined) return [];
          const { q, count } = found;
          return [[measure, { measure, q, count, z: found.null?.z ?? null, report: found }] as const];
        }),
      ),
    }));
    return { measures: measuresOf(layers), rows, running: false };
  }
  const done = partial.get(selection.result ?? '') ?? [];
  return done.length === 0 ? null : { measures: MEASURES, rows: soFar(done), running: true };
}

function soFar(done: readonly MeasureDone[]): ModularityRow[] {
  const layers = new Map<string, Map<Measure, ModularityCell>>();
  for (const { layer, method: name, q, count } of done) {
    const cells = layers.get(layer) ?? new Map<Measure, ModularityCell>();
    layers.set(layer, cells);
    for (const measure of inOrder([name])) cells.set(measure, { measure, q, count, z: null, report: null });
  }
  return [...layers].map(([layer, cells]) => ({ layer, size: null, cells }));
}

export const quantityOf = (cell: ModularityCell, quantity: Quantity): number | null =>
  cell.q === null ? null : cell[quantity];

/** A scale from 0, or below where a value is less, to a round number above the greatest value. */
export function modularityScale({ rows }: ModularityTable, quantity: Quantity): Scale {
  const values = rows.flatMap(({ cells }) =>
    [...cells.values()].map((cell) => quantityOf(cell, quantity) ?? 0),
  );
  const high = Math.max(quantity === 'q' ? 0.05 : 1, ...values);
  const low = Math.min(0, ...values);
  const step = niceStep((high - low) / 6);
  return linearScale(Math.floor(low / step) * step, Math.ceil(high / step) * step);
}

/** Whether z is known of any cell. */
export const hasNullModel = (rows: readonly ModularityRow[]): boolean =>
  rows.some(({ cells }) => [...cells.values()].some(({ z }) => z !== null));

export const quantityName = (quantity: Quantity): string =>
  ({ q: words.modularity.q, z: words.modularity.zName, count: words.modularity.countName })[quantity];

/** Says how many units a dense layer has, or how many channels and positions a convolution. */
export function sizeInWords({ kind, units, shape }: Pick<LayerReport, 'kind' | 'units' | 'shape'>): string {
  const positions = shape.slice(1);
  return kind === 'conv' && positions.length > 0
    ? words.channels(units, positions.join(' × '))
    : words.units(units);
}

/**
 * What a cell says: in large the number that its colour shows, in small a number that tells how to take it, and more in
 * its tooltip. Q and the number of clusters are not among `more`: the cell's accessible name has them.
 */
export function cellNumbers(
  cell: ModularityCell | undefined,
  quantity: Quantity,
): { readonly large: string; readonly small: string | null; readonly more: string } {
  if (cell === undefined || cell.q === null) return { large: '–', small: null, more: '' };
  const q = words.modularity.qValue(fixed(cell.q, 3));
  const z = cell.z === null ? null : words.modularity.z(fixed(cell.z, 1));
  const error = cell.report?.standardError ?? null;
  const numbers = {
    q: { large: fixed(cell.q, 3), small: z ?? words.clusters(cell.count) },
    z: { large: fixed(cell.z, 1), small: q },
    count: { large: String(cell.count), small: q },
  }[quantity];
  const more = [z, error === null ? null : words.modularity.standardError(relativeError(error))];
  return { ...numbers, more: more.filter((part) => part !== null).join(', ') };
}

/** What the large and the small numbers are, for a picture that stands by itself. */
export function subtitleOf({ rows }: ModularityTable, quantity: Quantity): ModularityCard['subtitle'] {
  const { best, distance, number } = words.modularity.explained;
  return {
    q: { large: best, small: hasNullModel(rows) ? distance : number },
    z: { large: distance, small: words.modularity.q },
    count: { large: number, small: words.modularity.q },
  }[quantity];
}

/** One quantity as a table of layers × measures. */
export function quantityRows({ measures, rows }: ModularityTable, quantity: Quantity, write: Write): Rows {
  return [
    [words.layer, ...measures],
    ...rows.map(({ layer, cells }) => [
      layer,
      ...measures.map((measure) => {
        const cell = cells.get(measure);
        return write(cell === undefined ? null : quantityOf(cell, quantity));
      }),
    ]),
  ];
}

/** All numbers as a table with a row per layer and measure. */
export function modularityRows({ rows }: ModularityTable, write: Write = rounded): Rows {
  return [
    [words.layer, words.measure, ...Object.values(words.modularity.columns)],
    ...rows.flatMap(({ layer, cells }) =>
      [...cells.values()].map(({ measure, q, count, z, report }) => [
        layer,
        measure,
        write(q),
        count,
        write(report?.softCount ?? null),
        write(z, 3),
        write(report?.null?.p ?? null, 2),
        write(report?.stability ?? null, 3),
        resampled(report?.bootstrap ?? null, write),
        error(report?.standardError ?? null, write),
      ]),
    ),
  ];
}

/** "0.2 %" for reading, the number alone for copying. */
const error = (value: number | null, write: Write): string =>
  value !== null && write === rounded ? relativeError(value) : write(value);

const resampled = (bootstrap: BootstrapReport | null, write: Write): string =>
  bootstrap === null ? write(null) : `${write(bootstrap.mean)} ± ${write(bootstrap.sd, 2)}`;
