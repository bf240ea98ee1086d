import type { SquareMatrix } from '../base/matrix';
import { printable } from '../base/text';
import { familyOf, inOrder, type Measure, rawOf } from '../measures';
import type { LayerReport, Report } from '../report';
import { AGREEMENT_METRICS, agreementFigure, type AgreementMetric } from './agreement-figure';
import { associationFigure, type AssociationStyle } from './association-figure';
import { modularityFigure } from './modularity-figure';
import { agreementFile, associationFile, MODULARITY_FILE } from './report-files';

/** A picture and the file it goes into. */
export interface Figure {
  /** Relative to the report, with forward slashes. */
  readonly file: string;
  /** For those who cannot see it; text, not markup. */
  readonly alt: string;
  readonly svg: string;
}

export interface LayerFigures {
  /** One per measure, in canonical order: raw, or normalised where only that was computed. */
  readonly association: readonly (Figure & { readonly measure: Measure })[];
  readonly agreement: readonly (Figure & { readonly metric: AgreementMetric })[];
}

export interface Figures {
  readonly modularity: Figure | null;
  /** One per layer of the report. */
  readonly layers: readonly LayerFigures[];
}

/** The association matrix of a layer by a measure, where there is one. */
export type MatrixLookup = (layer: string, measure: Measure) => SquareMatrix | undefined;

/** @param names file name per layer, safe (see fileNames) */
export function drawFigures(
  report: Report,
  names: readonly string[],
  matrices: MatrixLookup,
  style: AssociationStyle,
): Figures {
  const modularity = modularityFigure(report.layers, style.palette);
  return {
    modularity:
      modularity === null
        ? null
        : {
            file: MODULARITY_FILE,
            alt: 'Modularity Q of every layer by every measure',
            svg: modularity,
          },
    layers: report.layers.map((layer, i) => ({
      association: associations(layer, names[i]!, matrices, style),
      agreement: agreements(layer, names[i]!, style),
    })),
  };
}

function associations(
  layer: LayerReport,
  name: string,
  matrices: MatrixLookup,
  style: AssociationStyle,
): LayerFigures['association'] {
  const computed = inOrder(Object.keys(layer.methods));
  const shown = computed.filter(
    (measure) => measure === rawOf(measure) || !computed.includes(rawOf(measure)),
  );
  return shown.flatMap((measure) => {
    const result = layer.methods[measure];
    const matrix = matrices(layer.name, measure);
    if (result === undefined || matrix === undefined) return [];
    const alt = `Association matrix of ${printable(layer.name)} by ${measure} (${familyOf(measure)}), ordered by cluster`;
    return [
      {
        measure,
        file: associationFile(name, measure),
        alt,
        svg: associationFigure(layer.name, measure, result, matrix, style),
      },
    ];
  });
}

function agreements(
  layer: LayerReport,
  name: string,
  { palette }: AssociationStyle,
): LayerFigures['agreement'] {
  return AGREEMENT_METRICS.flatMap((metric) => {
    const svg = agreementFigure(layer, metric, palette);
    if (svg === null) return [];
    return [
      {
        metric,
        file: agreementFile(name, metric),
        alt: `Agreement (${metric}) of measures in ${printable(layer.name)}`,
        svg,
      },
    ];
  });
}
