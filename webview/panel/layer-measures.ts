import { inOrder, isMeasure, isNormalised, type Measure, rawOf } from '../../src/core/measures';
import type { LayerReport, MeasureReport } from '../../src/core/report';

/** The measures that the layers have, in canonical order. */
export const measuresOf = (layers: readonly LayerReport[]): Measure[] =>
  inOrder(layers.flatMap((layer) => Object.keys(layer.methods)));

/** What the layer's report says by that measure; undefined where it has none of that name. */
export const measureReport = (layer: LayerReport, name: string | null): MeasureReport | undefined =>
  name !== null && isMeasure(name) ? layer.methods[name] : undefined;

/** The measure in that form, raw or normalised, or the measure itself where that form was not computed. */
export function inForm(measure: Measure, form: 'raw' | 'norm', measures: readonly Measure[]): Measure {
  return (
    measures.find((one) => rawOf(one) === rawOf(measure) && isNormalised(one) === (form === 'norm')) ??
    measure
  );
}
