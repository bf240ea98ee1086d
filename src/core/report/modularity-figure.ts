import { plural } from '../base/text';
import { inOrder } from '../measures';
import type { LayerReport, MeasureReport } from '../report';
import { modularityCard, type ModularityCardCell } from './modularity-card';
import type { PaletteName } from './palette';
import { linearScale, niceStep } from './scale';

/** Modularity Q of every layer by every measure; null where no layer has any. */
export function modularityFigure(layers: readonly LayerReport[], palette: PaletteName): string | null {
  const measures = inOrder(layers.flatMap((layer) => Object.keys(layer.methods)));
  if (measures.length === 0) return null;
  const qs = layers.flatMap((layer) => Object.values(layer.methods).flatMap(({ q }) => q ?? []));
  return modularityCard(
    {
      subtitle: { large: 'Q of the best clusters found', small: second(layers) },
      caption: 'Q',
      description: 'modularity Q',
      methods: measures,
      layers: layers.map(({ name, units }) => ({ name, size: plural(units, 'unit') })),
      scale: qScale(qs),
      cellOf: (layer, measure) => cell(layers[layer]?.methods[measure]),
    },
    palette,
  );
}

/** From 0, or from the least Q where that is negative, to a round number above the greatest. */
function qScale(qs: readonly number[]): ReturnType<typeof linearScale> {
  const highest = Math.max(0.05, ...qs);
  const step = niceStep(highest / 6);
  const lowest = Math.min(0, ...qs);
  return linearScale(Math.floor(lowest / step) * step, Math.ceil(highest / step) * step);
}

/** Q, then z where there is a null model, which says more than the number of clusters. */
function cell(result: MeasureReport | undefined): ModularityCardCell {
  if (result === undefined) return { value: null, large: '–', small: null, tip: 'not computed' };
  const { q, count } = result;
  if (q === null) return { value: null, large: '–', small: null, tip: 'no live units, nothing to cluster' };
  const z = zOf(result);
  return {
    value: q,
    large: q.toFixed(3),
    small: z === null ? plural(count, 'cluster') : `z ${z.toFixed(1)}`,
    tip: `Q = ${q}, ${plural(count, 'cluster')}`,
  };
}

function second(layers: readonly LayerReport[]): string {
  return layers.some((layer) => Object.values(layer.methods).some((result) => zOf(result) !== null))
    ? 'z, its distance from the null model in standard deviations'
    : 'the number of clusters';
}

const zOf = (result: MeasureReport): number | null => result.null?.z ?? null;
