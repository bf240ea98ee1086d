import type { LayerReport } from '../../../src/core/report';
import { words } from '../strings';

/** What the units of a layer are called: their numbers, and of all layers together those in the layer they are of. */
export function unitNames(layers: readonly LayerReport[], name: string): readonly string[] {
  const layer = layers.find((one) => one.name === name);
  if (layer === undefined) return [];
  const numbers = Array.from({ length: layer.units }, (_, unit) => String(unit));
  if (layer.kind !== 'combined') return numbers;
  const stacked = layers
    .filter(({ kind }) => kind === 'dense')
    .flatMap(({ name: of, units }) => Array.from({ length: units }, (_, unit) => words.unitIn(unit, of)));
  return stacked.length === layer.units ? stacked : numbers;
}
