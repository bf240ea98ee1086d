import { plural } from '../../base/text';
import { untrainedOf } from '../../study/findings/untrained-networks';
import { curvePanels, QUANTITIES } from './curve-panels';
import type { StudyFigure } from './figure-options';
import { captionOf, commonLegend, untrainedWords } from './figure-caption';
import { plotCard } from './plot-card';
import { panelGrid } from './plot-panel';
import { layerChoices, shownRuns } from './study-series';

const PANEL = { width: 190, height: 128 };

/** Q and the number of clusters against hyper-parameters. */
export const REGULARIZATION_FIGURE: StudyFigure = {
  id: 'regularization',
  number: 4,
  title: 'Modularity against hyper-parameters',
  explanation:
    'Modularity Q and the number of clusters of each measure against each hyper-parameter: where a line leaves the grey of untrained networks, training with that value made the network more (or less) modular than chance.',
  byLayer: true,
  applies: ({ grouping, checkpoints }) => grouping.factors.length > 0 && checkpoints.length > 0,
  draw: (data, options) => {
    const choices = layerChoices(data, options);
    const untrained = untrainedOf(data);
    const shown = shownRuns(data, options.seed);
    const curves = curvePanels(data, options, choices, untrained, shown);
    return plotCard({
      title: REGULARIZATION_FIGURE.title,
      subtitle: options.layers === 'pooled' ? 'Layers of a run averaged' : 'Layer by layer',
      description: `Curves of modularity and clusters of ${plural(data.measures.length, 'measure')} against ${plural(data.grouping.factors.length, 'hyper-parameter')}.`,
      legend: [...curves.legend, ...commonLegend(options, untrained, curves.untrainedAs)],
      blocks: choices.flatMap((choice) =>
        QUANTITIES.map((quantity, i) => ({
          heading: i === 0 ? choice.heading : null,
          draw: (left: number, top: number) =>
            panelGrid(
              { panels: curves.panels(choice, quantity), columns: curves.columns, size: PANEL },
              left,
              top,
            ),
        })),
      ),
      caption: captionOf(data, options, {
        counts: curves.counts,
        untrained: untrainedWords(untrained, curves.untrainedAs),
      }),
    });
  },
};
