import { readable } from '../base/text';
import { inOrder } from '../measures';
import type { LayerReport, Report } from '../report';
import type { Figures, LayerFigures } from './figures';
import { descriptionList, escapeHtml, gallery, type Html, HTML, htmlCode, htmlTable, page } from './html';
import { LOSS_NAMES, lossValue, scoreOf } from './score-words';
import {
  agreementSentence,
  checkpointName,
  clusterSizes,
  facts,
  hyperParameters,
  isEstimated,
  layerSize,
  layerTitle,
  quality,
  STANDARD_ERROR_HELP,
} from './words';

/**
 * The report as one HTML file with its pictures in it, for those who have no VS Code: light and dark, for print too.
 *
 * @param figures those drawn of this report; what could not be drawn is left out
 */
export function reportHtml(report: Report, figures: Figures): string {
  const name = checkpointName(report);
  const { tool, createdAt, network } = report;
  return page(
    `Modules of ${name}`,
    `<h1>Modules of ${htmlCode(name)}</h1>`,
    sentences('Warning', ':', network.warnings ?? []),
    about(report),
    sentences('Assumed', ', because the checkpoint does not say:', network.assumptions),
    sentences('How it was read', ':', network.notes ?? []),
    '<h2>Modularity</h2>',
    gallery(figures.modularity === null ? [] : [figures.modularity]),
    modularity(report.layers),
    isEstimated(report.layers) ? `<p>${STANDARD_ERROR_HELP}</p>` : '',
    ...report.layers.map((layer, i) => layerSection(layer, figures.layers[i])),
    `<p class="muted">Written by ${escapeHtml(tool.name)} ${escapeHtml(tool.version)} on ${createdAt.slice(0, 10)}.</p>`,
  );
}

function sentences(strong: string, rest: string, list: readonly string[]): Html {
  if (list.length === 0) return '';
  const items = list.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join('');
  return `<p><strong>${strong}</strong>${rest}</p><ul>${items}</ul>`;
}

function about(report: Report): Html {
  const splits = (['train', 'val', 'test'] as const).flatMap((split) => {
    const found = report.stats[split];
    if (found === undefined) return [];
    const { name, percent } = scoreOf(found, 4);
    const { loss } = report.data;
    return [[`On ${split}`, `${name} ${percent}, ${LOSS_NAMES[loss]} ${lossValue(found, loss)}`]];
  });
  const named = hyperParameters(report, HTML);
  return descriptionList([
    ...facts(report, HTML),
    ...(named.length === 0 ? [] : [['Hyper-parameters', named.join(' · ')]]),
    ...splits,
    ['Norms', norms(report.stats)],
  ]);
}

function norms({ l1Norm, l2Norm, nuclearNorm, sparsity }: Report['stats']): Html {
  const nuclear = nuclearNorm === null ? '' : `, nuclear ${readable(nuclearNorm, 5)}`;
  const small = `${(100 * sparsity).toFixed(1)} % of weights below 0.001`;
  return `L1 ${readable(l1Norm, 5)}, L2 ${readable(l2Norm, 5)}${nuclear}; ${small}`;
}

function modularity(layers: readonly LayerReport[]): Html {
  const measures = inOrder(layers.flatMap((layer) => Object.keys(layer.methods)));
  return htmlTable('Q, clusters, and z against the null model', [
    ['Measure', ...layers.map(({ name }) => htmlCode(name))],
    ...measures.map((measure) => [
      htmlCode(measure),
      ...layers.map((layer) => quality(layer.methods[measure])),
    ]),
  ]);
}

function layerSection(layer: LayerReport, figures: LayerFigures | undefined): Html {
  return [
    `<section><h2>${layerTitle(layer, HTML)}</h2><p>${layerSize(layer)}.</p>`,
    gallery(figures?.association ?? []),
    clusters(layer),
    layer.agreement.length === 0
      ? ''
      : `<h3>Do the measures agree?</h3><p>${agreementSentence(layer.agreement, HTML)}</p>`,
    gallery(figures?.agreement ?? []),
    '</section>',
  ].join('\n');
}

function clusters({ methods }: LayerReport): Html {
  const rows = inOrder(Object.keys(methods)).map((measure) => {
    const { sizes, dead } = clusterSizes(methods[measure]?.clusters ?? []);
    return [htmlCode(measure), sizes.length === 0 ? '–' : sizes.join(', '), String(dead)];
  });
  return htmlTable('Sizes of clusters 0, 1, …', [['Measure', 'Units', 'Dead'], ...rows]);
}
