import { plural } from '../../base/text';
import { labelOf } from '../../measures';
import { isUsable, lastOfRuns, runsOfFactor } from '../../study/curves';
import { measureCorrelations } from '../../study/findings/correlations';
import { wordOf } from '../../study/groups/sentence';
import type { StudyData } from '../../study/study-data';
import { linearScale } from '../colours';
import { sentences } from './figure-caption';
import type { FigureOptions, StudyFigure } from './figure-options';
import { type PlotBlock, plotCard } from './plot-card';
import { type Heat, heatGrid, measureLabels } from './plot-heat';
import { layerStyle } from './plot-style';
import { type PairPoint, scatterMatrix } from './scatter-matrix';
import { layerWords, quantityOf, sampleOf, thresholdWords } from './study-series';

/** Points of a panel that are drawn at most: 28 panels of them make a picture. */
const MOST_POINTS = 400;

/** Whether runs that are modular by one measure are so by another. */
export const MEASURES_FIGURE: StudyFigure = {
  id: 'measures',
  number: 7,
  title: 'Modularity between measures',
  explanation:
    'Each measure against each other: Q below the diagonal, the number of clusters above it, a dot for each run and layer; then the rank correlation of Q over runs. Where it is high, networks that are modular by one measure are so by the other.',
  byLayer: false,
  applies: ({ measures, checkpoints }) => measures.length > 1 && checkpoints.length > 2,
  draw: (data, options) => {
    const runs = lastOfRuns(data).filter(({ checkpoint }) => isUsable(checkpoint, options.threshold));
    const own = data.layers.filter(({ isCombined }) => !isCombined);
    const shown = sampleOf(
      runs.map(({ index }) => index),
      Math.floor(MOST_POINTS / Math.max(1, own.length)),
      options.seed,
    ).sort((a, b) => a - b);
    const points = shown.flatMap((index) =>
      own.flatMap(({ name }, layer): PairPoint[] => {
        const found = data.checkpoints[index]?.layers.find((one) => one.name === name);
        if (found === undefined) return [];
        return [
          {
            checkpoint: index,
            style: layerStyle(layer, own.length),
            q: data.measures.map((measure) => quantityOf(measure, 'q')(found)),
            clusters: data.measures.map((measure) => quantityOf(measure, 'clusters')(found)),
          },
        ];
      }),
    );
    return plotCard({
      title: MEASURES_FIGURE.title,
      subtitle: 'Q below the diagonal, number of clusters above it',
      description: `A matrix of scatter plots of ${plural(data.measures.length, 'measure')}, and matrices of their correlations.`,
      legend: own.map(({ name }, layer) => ({
        kind: 'swatch',
        label: layerWords(name, false),
        colour: layerStyle(layer, own.length).colour,
      })),
      blocks: [
        { heading: null, draw: (left, top) => scatterMatrix(data.measures.map(labelOf), points, left, top) },
        correlations(data, options),
      ],
      caption: sentences(
        shown.length < runs.length
          ? `Of n = ${runs.length} runs a random sample of ${shown.length} is drawn; the correlations are over all.`
          : `n = ${plural(runs.length, 'run')}.`,
        'Circles above the diagonal grow with the number of runs that they stand for.',
        'Runs at different values of a hyper-parameter are correlated together: what moves both measures counts as well.',
        thresholdWords(data, options.threshold),
      ),
    });
  },
};

/** A row for each layer, a column for each hyper-parameter. */
function correlations(data: StudyData, options: FigureOptions): PlotBlock {
  const { factors } = data.grouping;
  const groups =
    factors.length === 0
      ? [{ name: 'all runs', runs: lastOfRuns(data) }]
      : factors.map((factor) => ({ name: wordOf(factor.key), runs: runsOfFactor(data, factor) }));
  const heats = data.layers.flatMap(({ name, isCombined }) =>
    groups.map(({ name: factor, runs }): Heat => {
      const usable = runs.filter(({ checkpoint }) => isUsable(checkpoint, options.threshold));
      const { values } = measureCorrelations(data, usable, name, 'q', 'spearman');
      const n = usable.filter(({ checkpoint }) => checkpoint.layers.some((one) => one.name === name)).length;
      return {
        title: `${factor}, ${isCombined ? 'combined' : name}`,
        note: `n = ${plural(n, 'run')}`,
        valueOf: (row, column) => (row === column ? undefined : (values[row]?.[column] ?? null)),
      };
    }),
  );
  return {
    heading: "Spearman's correlation of Q over runs",
    draw: (left, top) =>
      heatGrid(
        {
          heats,
          columns: groups.length,
          labels: measureLabels(data.measures),
          cell: 20,
          scale: linearScale(-1, 1),
          colours: 'puor',
          caption: 'ρ',
          isWritten: false,
          heading: null,
          hasRowLabels: true,
        },
        left,
        top,
      ),
  };
}
