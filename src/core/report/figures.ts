import type { LayerReport, Method, Report } from '../analysis/report';
import type { SquareMatrix } from '../base/matrix';
import { printable } from '../base/text';
import { agreementFigure, type AgreementMetric } from './agreement-figure';
import { associationFigure, type AssociationStyle } from './association-figure';
import { familyOf, inOrder, rawOf } from './methods';
import { modularityFigure } from './modularity-figure';
import { AGREEMENT_METRICS, agreementFile, associationFile, MODULARITY_FILE } from './paths';

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
  readonly association: readonly (Figure & { readonly method: Method })[];
  readonly agreement: readonly (Figure & { readonly metric: AgreementMetric })[];
}

export interface Figures {
  readonly modularity: Figure | null;
  /** One per layer of the report. */
  readonly layers: readonly LayerFigures[];
}

/** The association matrix of a layer by a method, where there is one. */
export type MatrixLookup = (layer: string, method: Method) => SquareMatrix | undefined;

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
  const shown = computed.filter((method) => method === rawOf(method) || !computed.includes(rawOf(method)));
  return shown.flatMap((method) => {
    const result = layer.methods[method];
    const matrix = matrices(layer.name, method);
    if (result === undefined || matrix === undefined) return [];
    const alt = `Association matrix of ${printable(layer.name)} by ${method} (${familyOf(method)}), ordered by cluster`;
    return [
      {
        method,
        file: associationFile(name, method),
        alt,
        svg: associationFigure(layer.name, method, result, matrix, style),
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
