import { printable, readable } from '../base/text';
import { inOrder } from '../measures';
import type { LayerReport, Report } from '../report';
import type { Figures, LayerFigures } from './figures';
import {
  agreementSentence,
  checkpointName,
  clusterSizes,
  facts,
  hyperParameters,
  isEstimated,
  layerSize,
  layerTitle,
  type Markup,
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

function about(report: Report): Html {
  const splits = (['train', 'val', 'test'] as const).flatMap((split) => {
    const found = report.stats[split];
    if (found === undefined) return [];
    const { accuracy, loss } = found;
    return [
      [`On ${split}`, `accuracy ${(100 * accuracy).toFixed(2)} %, cross-entropy ${readable(loss, 4)} nats`],
    ];
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

/** Markup, or text that was made into it: what is to be shown goes through `escapeHtml` first. */
type Html = string;

/** Text out of a file as HTML that shows it and does nothing else. */
function escapeHtml(text: string): Html {
  return printable(text, 1000).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const htmlCode = (text: string): Html => `<code>${escapeHtml(text)}</code>`;

const HTML: Markup = {
  plain: escapeHtml,
  code: htmlCode,
  strong: (markup) => `<strong>${markup}</strong>`,
};

/** @param rows cells, markup already; the first row and the first cell of every row are headers */
function htmlTable(caption: string, [header = [], ...body]: readonly (readonly Html[])[]): Html {
  const head = header.map((cell) => `<th scope="col">${cell}</th>`).join('');
  const rows = body.map(([first = '', ...rest]) => {
    const cells = rest.map((cell) => `<td>${cell}</td>`).join('');
    return `<tr><th scope="row">${first}</th>${cells}</tr>`;
  });
  return `<div class="scroll"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`;
}

/** @param entries a term, and what is said of it */
function descriptionList(entries: readonly (readonly Html[])[]): Html {
  const items = entries.map(([term = '', value = '']) => `<dt>${escapeHtml(term)}</dt><dd>${value}</dd>`);
  return `<dl>${items.join('\n')}</dl>`;
}

/** Drawn figures side by side, as many as the width holds. */
function gallery(figures: readonly { readonly svg: string }[]): Html {
  if (figures.length === 0) return '';
  return `<div class="figures">${figures.map(({ svg }) => `<figure>${svg}</figure>`).join('\n')}</div>`;
}

/** Follows the reader's theme; nothing is fetched, so that the file can be mailed. */
const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --muted: #59636e; --page: #fff; --rule: #d1d9e0; --soft: #f6f8fa }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --muted: #9198a1; --page: #0d1117; --rule: #3d444d; --soft: #151b23 }
}
body { font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
  color: var(--ink); background: var(--page); max-width: 72rem; margin: 2rem auto; padding: 0 1.25rem }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 .75rem } h2 { border-bottom: 1px solid var(--rule); padding-bottom: .3rem }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere }
.scroll { overflow-x: auto } table { border-collapse: collapse; margin: .5rem 0 1rem; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--muted); padding-bottom: .35rem }
th, td { border: 1px solid var(--rule); padding: .3rem .7rem; text-align: left } td { text-align: right }
th { background: var(--soft); font-weight: 600 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem } dt { color: var(--muted) } dd { margin: 0 }
.figures { display: flex; flex-wrap: wrap; gap: 1rem } figure { margin: 0; max-width: 100% }
figure svg { max-width: 100%; height: auto; display: block } .muted { color: var(--muted) }
@media print { body { max-width: none } figure, table { break-inside: avoid } }
`;

/** A whole page that needs no other file, and may not fetch one. */
function page(title: string, ...body: readonly Html[]): Html {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body.filter((part) => part !== '').join('\n')}
</main>
</body>
</html>
`;
}
