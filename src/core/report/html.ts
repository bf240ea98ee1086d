import { inOrder } from '../measures';
import type { LayerReport, Report } from '../report';
import { familyMeans } from './family-means';
import type { Figures, LayerFigures } from './figures';
import { flatten } from './flatten';
import { htmlCode, escapeHtml, facts, gallery, type Html, page, htmlTable } from './html-text';
import { isEstimated, layerSize, quality, STANDARD_ERROR_HELP } from './measured';
import { plural, readable } from '../base/text';

/**
 * The report as one HTML file with its pictures in it, for those who have no VS Code: light and dark, for print too.
 *
 * @param figures those drawn of this report; what could not be drawn is left out
 */
export function reportHtml(report: Report, figures: Figures): string {
  const name = report.checkpoint.path.split(/[/\\]/).at(-1) ?? '';
  const { tool, createdAt, network } = report;
  return page(
    `Modules of ${name}`,
    `<h1>Modules of ${htmlCode(name)}</h1>`,
    about(report),
    network.assumptions.length === 0
      ? ''
      : `<p><strong>Assumed</strong>, because the checkpoint does not say:</p><ul>${network.assumptions.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join('')}</ul>`,
    '<h2>Modularity</h2>',
    gallery(figures.modularity === null ? [] : [figures.modularity]),
    modularity(report.layers),
    isEstimated(report.layers) ? `<p>${STANDARD_ERROR_HELP}</p>` : '',
    ...report.layers.map((layer, i) => layerSection(layer, figures.layers[i])),
    `<p class="muted">Written by ${escapeHtml(tool.name)} ${escapeHtml(tool.version)} on ${createdAt.slice(0, 10)}.</p>`,
  );
}

function about({ checkpoint, network, data, settings, stats }: Report): Html {
  const splits = (['train', 'val', 'test'] as const).flatMap((split): [string, Html][] => {
    const found = stats[split];
    if (found === undefined) return [];
    return [
      [
        `On ${split}`,
        `accuracy ${(100 * found.accuracy).toFixed(2)} %, cross-entropy ${readable(found.loss, 4)} nats`,
      ],
    ];
  });
  const hyperParameters = [...flatten(checkpoint.hyperParameters)].map(
    ([key, value]) => `${htmlCode(key)} ${escapeHtml(String(value))}`,
  );
  return facts([
    ['Checkpoint', `${htmlCode(checkpoint.path)} (${escapeHtml(checkpoint.format)})`],
    ['SHA-256', htmlCode(checkpoint.sha256)],
    ['Network from', escapeHtml(network.source)],
    [
      'Data',
      `${htmlCode(data.path)}, ${escapeHtml(data.split)} split, ${plural(data.samples, 'sample')}, ${data.classes} classes`,
    ],
    [
      'Settings',
      `solver ${settings.solver}, seed ${settings.seed}, backend ${escapeHtml(settings.backend)}, ${plural(settings.workers, 'worker')}`,
    ],
    ...(hyperParameters.length === 0
      ? []
      : [['Hyper-parameters', hyperParameters.join(' · ')] satisfies [string, Html]]),
    ...splits,
    ['Norms', norms(stats)],
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
  const title = layer.kind === 'combined' ? 'All hidden layers combined' : `Layer ${htmlCode(layer.name)}`;
  const means = familyMeans(layer.agreement, 'element_sim');
  const of = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
  return [
    `<section><h2>${title}</h2><p>${layerSize(layer)}.</p>`,
    gallery(figures?.association ?? []),
    clusters(layer),
    layer.agreement.length === 0
      ? ''
      : `<h3>Do the measures agree?</h3><p>Mean agreement of clusters between different measures: ${of(means.upstream)} upstream, ${of(means.downstream)} downstream, <strong>${of(means.between)}</strong> between the two.</p>`,
    gallery(figures?.agreement ?? []),
    '</section>',
  ].join('\n');
}

function clusters({ methods }: LayerReport): Html {
  const rows = inOrder(Object.keys(methods)).map((measure) => {
    const labels = methods[measure]?.clusters ?? [];
    const count = methods[measure]?.count ?? 0;
    const sizes = Array.from({ length: count }, (_, c) => labels.filter((label) => label === c).length);
    const dead = labels.filter((label) => label < 0).length;
    return [htmlCode(measure), sizes.length === 0 ? '–' : sizes.join(', '), String(dead)];
  });
  return htmlTable('Sizes of clusters 0, 1, …', [['Measure', 'Units', 'Dead'], ...rows]);
}
