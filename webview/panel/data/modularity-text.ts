import type { LayerReport } from '../../../src/core/report';
import type { ModularityCard } from '../../../src/core/report/modularity-card';
import type { ViewState } from '../state';
import { words } from '../strings';
import { fixed, relative } from './format';
import type { ModularityCell, ModularityTable } from './modularity';

type Measure = ViewState['measure'];
const text = words.modularity;

export const captionOf = (measure: Measure): string =>
  ({ q: text.q, z: text.zName, count: text.countName })[measure];

/** Units of a dense layer, channels and positions of a convolution. */
export function sizeOf({ kind, units, shape }: Pick<LayerReport, 'kind' | 'units' | 'shape'>): string {
  const positions = shape.slice(1);
  return kind === 'conv' && positions.length > 0
    ? words.channels(units, positions.join(' × '))
    : words.units(units);
}

/**
 * The number that is shown by colour, another that says how to take it, and what there is beside Q and the number of
 * clusters, which the cell's name says.
 */
export function numbersOf(
  cell: ModularityCell | undefined,
  measure: Measure,
): { readonly large: string; readonly small: string | null; readonly more: string } {
  if (cell === undefined || cell.q === null) return { large: '–', small: null, more: '' };
  const q = text.qValue(fixed(cell.q, 3));
  const z = cell.z === null ? null : text.z(fixed(cell.z, 1));
  const error = cell.report?.standardError ?? null;
  const numbers = {
    q: { large: fixed(cell.q, 3), small: z ?? words.clusters(cell.count) },
    z: { large: fixed(cell.z, 1), small: q },
    count: { large: String(cell.count), small: q },
  }[measure];
  const more = [z, error === null ? null : text.standardError(relative(error))];
  return { ...numbers, more: more.filter((part) => part !== null).join(', ') };
}

/** What the two numbers are, for a picture that stands by itself. */
export function subtitleOf({ rows }: ModularityTable, measure: Measure): ModularityCard['subtitle'] {
  const { best, distance, number } = text.explained;
  const hasNull = rows.some(({ cells }) => [...cells.values()].some(({ z }) => z !== null));
  return {
    q: { large: best, small: hasNull ? distance : number },
    z: { large: distance, small: text.q },
    count: { large: number, small: text.q },
  }[measure];
}
