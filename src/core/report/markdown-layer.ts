import { FAMILIES, familyOf, inOrder } from '../measures';
import type { LayerReport } from '../report';
import { familyMeans } from './family-means';
import type { LayerFigures } from './figures';
import { markdownCode, markdownImage, markdownTable } from './markdown-text';
import { layerSize } from './measured';

/** How to read a layer's section: once, before the first. */
export const LAYER_HELP = [
  '- *Association matrices:* one row and column per unit, bright where two units go together. Modules are bright squares along the diagonal on a dark ground; bright bands across are units that go with all.',
  '- *Dead units* have no association with any other. Dead upstream, a unit does not respond to the input; dead downstream, the output does not depend on it. Either can be pruned.',
  '- *Agreement:* `element_sim` compares clusters, `rsa` the matrices themselves; 1 is full agreement. Random clusters agree a little too (four of 64 units: 0.26).',
].join('\n');

/** Beyond this a list of sizes is no longer read. */
const MAX_SIZES = 12;

/** One layer: its matrices, clusters, dead units, and how well the measures agree on it. */
export function layerSection(layer: LayerReport, figures: LayerFigures | undefined): string[] {
  const title =
    layer.kind === 'combined' ? 'All hidden layers combined' : `Layer ${markdownCode(layer.name)}`;
  return [
    `### ${title}`,
    `${layerSize(layer)}.`,
    ...associations(figures),
    ...clusters(layer),
    ...agreement(layer, figures),
  ];
}

/** One family a column. A table makes the pictures share the width, however narrow the page. */
function associations(figures: LayerFigures | undefined): string[] {
  const families = FAMILIES.flatMap((family) => {
    const pictures = figures?.association.filter(({ measure }) => familyOf(measure) === family) ?? [];
    return pictures.length === 0 ? [] : [{ family, pictures }];
  });
  if (families.length === 0) return [];
  const rows = Array.from({ length: Math.max(...families.map(({ pictures }) => pictures.length)) }, (_, i) =>
    families.map(({ pictures }) =>
      pictures
        .slice(i, i + 1)
        .map(markdownImage)
        .join(''),
    ),
  );
  return ['#### Association matrices', markdownTable([families.map(({ family }) => family), ...rows])];
}

function clusters(layer: LayerReport): string[] {
  const measures = inOrder(Object.keys(layer.methods));
  if (measures.length === 0) return [];
  const rows = measures.flatMap((measure) => {
    const result = layer.methods[measure];
    if (result === undefined) return [];
    const { sizes, dead } = tally(result.clusters);
    const more = sizes.length - MAX_SIZES;
    const shown = sizes.slice(0, MAX_SIZES).join(', ') + (more > 0 ? `, ${more} more` : '');
    return [
      [markdownCode(measure), sizes.length === 0 ? '–' : shown, result.softCount.toFixed(1), String(dead)],
    ];
  });
  return [
    '#### Clusters',
    markdownTable([['Measure', 'Sizes of clusters 0, 1, …', 'Soft count', 'Dead'], ...rows]),
  ];
}

function tally(labels: readonly number[]): { readonly sizes: number[]; readonly dead: number } {
  const sizes: number[] = new Array<number>(
    labels.reduce((most, label) => Math.max(most, label + 1), 0),
  ).fill(0);
  let dead = 0;
  for (const label of labels) {
    if (label < 0) dead++;
    else sizes[label]! += 1;
  }
  return { sizes, dead };
}

function agreement(layer: LayerReport, figures: LayerFigures | undefined): string[] {
  if (figures === undefined || figures.agreement.length === 0) return [];
  const means = familyMeans(layer.agreement, 'element_sim');
  const of = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
  return [
    '#### Do the measures agree?',
    `Mean agreement of clusters between different measures: ${of(means.upstream)} upstream, ${of(means.downstream)} downstream, **${of(means.between)}** between the two.`,
    markdownTable([
      figures.agreement.map(({ metric }) => markdownCode(metric)),
      figures.agreement.map(markdownImage),
    ]),
  ];
}
