import { plural, shorten } from '../../base/text';
import { labelOf, type Measure } from '../../measures';
import { wordOf } from '../../study/groups/sentence';
import type { Scalar } from '../../study/describe';
import type { StudyCheckpoint, StudyData } from '../../study/study-data';
import { element, MUTED, rectangle, RULE, text, tooltip, wrapText } from '../svg';
import type { ExampleMatrix } from './example-matrices';
import { sentences } from './figure-caption';
import type { FigureOptions, StudyFigure } from './figure-options';
import { valueText } from './plot-axis';
import { type PlotBlock, plotCard } from './plot-card';
import { beside } from './plot-heat';
import type { Drawn } from './plot-panel';
import { layerWords } from './study-series';

const SIDE = 84;
const GAP = 8;
/** Above a matrix that has a title. */
const TITLE = 15;
const LABELS = 96;
/** Outlines of clusters, on every colour of the palettes. */
const OUTLINE = '#fff';

/** Association matrices of one network, as they come and in the order of clusters. */
export const ORDER_FIGURE: StudyFigure = {
  id: 'association',
  number: 2,
  title: 'Association matrices and their clusters',
  explanation:
    'The association matrices of one network by every measure, first as its units come, then each in the order of the clusters that one measure finds (a row for each): modules that two measures share stay blocks along the diagonal in the other’s order.',
  byLayer: true,
  applies: (_, options) => baselineOf(options).length > 0,
  draw: (data, options) => {
    const examples = baselineOf(options);
    const layers = layersOf(data, options, examples);
    const checkpoint = data.checkpoints[examples[0]?.checkpoint ?? 0];
    return plotCard({
      title: ORDER_FIGURE.title,
      subtitle: checkpoint === undefined ? '' : describe(checkpoint, data),
      description: 'Association matrices, unsorted and in the order of the clusters of each measure.',
      legend: [],
      blocks: layers.map((layer): PlotBlock => ({
        heading: layerWords(layer, false),
        draw: (left, top) =>
          orderGrid(
            data,
            examples.filter((one) => one.layer === layer),
            checkpoint,
            left,
            top,
          ),
      })),
      caption: sentences(
        'n = 1 network. Columns: measures. First row: units as they come; each further row: in the order of the clusters of one measure, outlined.',
        SCALE_WORDS,
      ),
    });
  },
};

/** How association matrices change along hyper-parameters. */
export const EXAMPLES_FIGURE: StudyFigure = {
  id: 'examples',
  number: 6,
  title: 'Association matrices along hyper-parameters',
  explanation:
    'The association matrix of one run at several values of each hyper-parameter, each in the order of its own clusters and titled with its modularity Q: what a Q of that size looks like.',
  byLayer: true,
  applies: (data, options) => factorsWith(data, options.examples.filter(isOwnOrder)).length > 0,
  draw: (data, options) => {
    const examples = options.examples.filter(isOwnOrder);
    const factors = factorsWith(data, examples);
    return plotCard({
      title: EXAMPLES_FIGURE.title,
      subtitle: 'One run of each value, in the order of its own clusters',
      description: 'Association matrices at several values of each hyper-parameter.',
      legend: [],
      blocks: layersOf(data, options, examples).map((layer): PlotBlock => ({
        heading: layerWords(layer, false),
        draw: (left, top) =>
          beside(
            factors.map(
              ({ key, values }, at) =>
                (x: number, y: number) =>
                  valueGrid(
                    data,
                    key,
                    values,
                    examples.filter((one) => one.layer === layer),
                    at === 0,
                    x,
                    y,
                  ),
            ),
            left,
            top,
          ),
      })),
      caption: sentences('n = 1 run in each matrix, its Q above it; clusters are outlined.', SCALE_WORDS),
    });
  },
};

const SCALE_WORDS =
  'Colours run from 0 to the number at the measure, where 99 % of the values end, for all matrices of a measure and layer alike; the diagonal is left out.';

const isOwnOrder = ({ orderedBy, measure }: ExampleMatrix): boolean => orderedBy === measure;

/** The matrices of the checkpoint of which there are all orders. */
function baselineOf({ examples }: FigureOptions): readonly ExampleMatrix[] {
  const unsorted = examples.find(({ orderedBy }) => orderedBy === null);
  return unsorted === undefined
    ? []
    : examples.filter(({ checkpoint }) => checkpoint === unsorted.checkpoint);
}

/** Layers of which there are matrices: the first, or all where figures are by layer. */
function layersOf(data: StudyData, { layers }: FigureOptions, examples: readonly ExampleMatrix[]): string[] {
  const present = data.layers
    .map(({ name }) => name)
    .filter((name) => examples.some(({ layer }) => layer === name));
  return layers === 'each' ? present : present.slice(0, 1);
}

/** "dropout 0.3, L2 10⁻⁵". */
function describe({ path, values }: StudyCheckpoint, { grouping }: StudyData): string {
  const said = grouping.factors.map(({ key }) => `${wordOf(key)} ${valueText(values[key] ?? null)}`);
  return said.length === 0 ? shorten(path, 80) : said.join(', ');
}

/** Factors with more than one value of which there is an example. */
function factorsWith(
  { grouping, checkpoints }: StudyData,
  examples: readonly ExampleMatrix[],
): { key: string; values: { value: Scalar; checkpoint: number }[] }[] {
  const present = [...new Set(examples.map(({ checkpoint }) => checkpoint))];
  const baseline = present[0];
  return grouping.factors.flatMap(({ key, values }) => {
    const others = grouping.factors.filter((factor) => factor.key !== key);
    const found = values.flatMap((value) => {
      const checkpoint = present.find((index) => {
        const its = checkpoints[index]?.values ?? {};
        const base = checkpoints[baseline ?? 0]?.values ?? {};
        return (
          (its[key] ?? null) === value &&
          others.every((other) => (its[other.key] ?? null) === (base[other.key] ?? null))
        );
      });
      return checkpoint === undefined ? [] : [{ value, checkpoint }];
    });
    return found.length > 1 ? [{ key, values: found }] : [];
  });
}

function orderGrid(
  { measures }: StudyData,
  examples: readonly ExampleMatrix[],
  checkpoint: StudyCheckpoint | undefined,
  left: number,
  top: number,
): Drawn {
  const shown = measures.filter((measure) => examples.some((one) => one.measure === measure));
  const methods = checkpoint?.layers.find(({ name }) => name === examples[0]?.layer)?.methods ?? {};
  const rows: (Measure | null)[] = [null, ...shown];
  const [x0, y0] = [left + LABELS, top + 54];
  const parts = shown.flatMap((measure, column) => {
    const x = x0 + column * (SIDE + GAP);
    const q = methods[measure]?.q ?? null;
    return [
      ...measureName(
        measure,
        examples.find((one) => one.measure === measure),
        x + SIDE / 2,
        y0 - 32,
        SIDE,
      ),
      text(x + SIDE / 2, y0 - 4, q === null ? '' : `Q = ${q.toFixed(3)}`, {
        'text-anchor': 'middle',
        'font-size': 10,
        fill: MUTED,
      }),
    ];
  });
  rows.forEach((row, at) => {
    // The first row is of another kind.
    const y = y0 + at * (SIDE + GAP) + (at > 0 ? 8 : 0);
    const words =
      row === null ? ['as they come'] : ['in the order of', ...wrapText(labelOf(row), LABELS - 8, 10)];
    words.forEach((line, i) =>
      parts.push(
        text(x0 - 8, y + SIDE / 2 + 4 + (i - (words.length - 1) / 2) * 13, line, {
          'text-anchor': 'end',
          'font-size': 10,
          'font-weight': i > 0 ? 600 : undefined,
        }),
      ),
    );
    shown.forEach((measure, column) => {
      const found = examples.find((one) => one.measure === measure && one.orderedBy === row);
      if (found !== undefined) parts.push(drawMatrix(found, x0 + column * (SIDE + GAP), y));
    });
  });
  return {
    svg: parts.join(''),
    width: LABELS + shown.length * (SIDE + GAP) - GAP,
    height: y0 - top + rows.length * (SIDE + GAP) + 8,
  };
}

function valueGrid(
  { measures, checkpoints }: StudyData,
  key: string,
  values: readonly { readonly value: Scalar; readonly checkpoint: number }[],
  examples: readonly ExampleMatrix[],
  hasLabels: boolean,
  left: number,
  top: number,
): Drawn {
  const shown = measures.filter((measure) => examples.some((one) => one.measure === measure));
  const x0 = left + (hasLabels ? LABELS : 0);
  const y0 = top + 20;
  const parts = values.map(({ value }, column) =>
    text(
      x0 + column * (SIDE + GAP) + SIDE / 2,
      y0 - 4,
      `${column === 0 ? `${wordOf(key)} ` : ''}${valueText(value)}`,
      {
        'text-anchor': 'middle',
        'font-weight': 600,
      },
    ),
  );
  shown.forEach((measure, row) => {
    const y = y0 + row * (SIDE + GAP + TITLE) + TITLE;
    if (hasLabels) {
      const any = examples.find((one) => one.measure === measure);
      parts.push(...measureName(measure, any, x0 - 8, y + SIDE / 2, LABELS - 12, 'end'));
    }
    values.forEach(({ checkpoint }, column) => {
      const found = examples.find((one) => one.measure === measure && one.checkpoint === checkpoint);
      if (found === undefined) return;
      const x = x0 + column * (SIDE + GAP);
      const its = checkpoints[checkpoint]?.layers.find(({ name }) => name === found.layer)?.methods[measure];
      const q = its?.q ?? null;
      parts.push(
        text(x + SIDE / 2, y - 4, q === null ? 'no clusters' : `Q = ${q.toFixed(3)}`, {
          'text-anchor': 'middle',
          'font-size': 10,
        }),
        drawMatrix(found, x, y),
      );
    });
  });
  return {
    svg: parts.join(''),
    width: x0 - left + values.length * (SIDE + GAP) - GAP,
    height: 20 + shown.length * (SIDE + GAP + TITLE),
  };
}

/** A measure, and where the colours of its matrices end. */
function measureName(
  measure: Measure,
  example: ExampleMatrix | undefined,
  x: number,
  y: number,
  width: number,
  anchor: 'middle' | 'end' = 'middle',
): string[] {
  const lines = wrapText(labelOf(measure), width, 10);
  return [
    ...lines.map((words, i) =>
      text(x, y + (i - lines.length + 1) * 12, words, {
        'text-anchor': anchor,
        'font-size': 10,
        'font-weight': 600,
      }),
    ),
    ...(example === undefined
      ? []
      : [
          text(x, y + 11, `0 – ${valueText(Number(example.high.toPrecision(2)))}`, {
            'text-anchor': anchor,
            'font-size': 9,
            fill: MUTED,
          }),
        ]),
  ];
}

function drawMatrix(example: ExampleMatrix, x: number, y: number): string {
  const { image, units, segments, checkpoint, measure, orderedBy } = example;
  const perUnit = SIDE / Math.max(1, units);
  const order = orderedBy === null ? 'as its units come' : `in the order of ${labelOf(orderedBy)}`;
  return element(
    'g',
    { 'data-checkpoint': String(checkpoint) },
    tooltip(`${labelOf(measure)}, ${plural(units, 'unit')} ${order}`),
    element('image', { x, y, width: SIDE, height: SIDE, href: image, 'image-rendering': 'pixelated' }),
    ...segments
      .filter(({ label }) => label >= 0)
      .map(({ start, size }) =>
        rectangle(x + start * perUnit, y + start * perUnit, size * perUnit, size * perUnit, {
          fill: 'none',
          stroke: OUTLINE,
        }),
      ),
    rectangle(x, y, SIDE, SIDE, { fill: 'none', stroke: RULE, 'stroke-width': 0.5 }),
  );
}
