import { shorten } from '../base/text';
import { inOrder, type Measure } from '../measures';
import type { Agreement, LayerReport } from '../report';
import { agreementCard } from './agreement-card';
import type { PaletteName } from './palette';
import { linearScale } from './scale';

/** What the report draws of the metrics. */
export type AgreementMetric = 'element_sim' | 'rsa';

const EXPLAINED: Readonly<Record<AgreementMetric, string>> = {
  element_sim: 'Do two measures put units in the same clusters? 1: the same',
  rsa: 'Do two measures rank pairs of units alike? 1: the same order',
};

/** Agreement of every measure with every other; null where the metric was not computed. */
export function agreementFigure(
  layer: LayerReport,
  metric: AgreementMetric,
  palette: PaletteName,
): string | null {
  const known = layer.agreement.filter((pair) => pair[metric] !== null);
  const measures = inOrder(known.flatMap(({ a, b }) => [a, b]));
  if (measures.length === 0) return null;
  const lowest = Math.min(0, ...known.map((pair) => pair[metric] ?? 0));
  return agreementCard(
    {
      title: `${shorten(layer.name, 36)} · ${metric}`,
      subtitle: EXPLAINED[metric],
      metric,
      caption: metric === 'rsa' ? 'rsa' : 'similarity',
      methods: measures,
      scale: linearScale(Math.floor(lowest * 5) / 5, 1),
      valueOf: lookup(known, metric),
    },
    palette,
  );
}

/** The metric is symmetric; a pair is listed once, either way round. */
function lookup(
  pairs: readonly Agreement[],
  metric: AgreementMetric,
): (a: Measure, b: Measure) => number | null {
  const values = new Map(
    pairs.flatMap((pair) => [
      [`${pair.a} ${pair.b}`, pair[metric]],
      [`${pair.b} ${pair.a}`, pair[metric]],
    ]),
  );
  return (a, b) => values.get(`${a} ${b}`) ?? null;
}
