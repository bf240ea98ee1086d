import { familyOf, inOrder } from '../measures';
import type { Report } from '../report';
import { csvLine } from './csv';

const HEADER = [
  'layer',
  'kind',
  'units',
  'shape',
  'method',
  'family',
  'q',
  'clusters',
  'soft_clusters',
  'dead_units',
  'null_kind',
  'null_mean',
  'null_sd',
  'z',
  'p',
  'stability',
  'standard_error',
];

/** A report as CSV (RFC 4180): a header, and a row per layer and measure; what is undefined is empty. */
export function layersCsv({ layers }: Pick<Report, 'layers'>): string {
  const rows = layers.flatMap((layer) =>
    inOrder(Object.keys(layer.methods)).flatMap((measure) => {
      const result = layer.methods[measure];
      if (result === undefined) return [];
      const { q, count, softCount, clusters, null: model, stability, standardError } = result;
      const dead = clusters.filter((label) => label < 0).length;
      const test = [model?.kind, model?.mean, model?.sd, model?.z, model?.p];
      const about = [layer.name, layer.kind, layer.units, layer.shape.join('x'), measure, familyOf(measure)];
      return [[...about, q, count, softCount, dead, ...test, stability, standardError]];
    }),
  );
  return [HEADER, ...rows].map(csvLine).join('');
}
