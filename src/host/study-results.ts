import { join } from 'node:path';
import { InputError } from '../core/base/error';
import { ALLUVIAL_FIGURE } from '../core/render/study/alluvial-figure';
import { type FigureOptions, FIGURE_DEFAULTS } from '../core/render/study/figure-options';
import { STUDY_FIGURES } from '../core/render/study/study-figures';
import { metricWords } from '../core/render/study/metrics-figure';
import { STUDY_METRICS } from '../core/study/agreement-metrics';
import { CURVE_DEFAULTS } from '../core/study/curves';
import { findingsOf } from '../core/study/findings/findings';
import { studyStatistics } from '../core/study/findings/study-statistics';
import { trajectoriesOf } from '../core/study/trajectory/trajectories';
import type { HostMethods } from '../protocol';
import { AnalysisOutcomes } from '../store/analysis-outcomes';
import { collectOutcomes, outcomesOf } from '../store/study-collect';
import { keptMatrices, readExamples } from '../store/study-matrices';
import { StudyReader } from './study-reader';

type Answer<K extends keyof HostMethods> = Promise<HostMethods[K]['output']>;

/** What the host tells of a study's results: what there is to see, the figures, the findings. */
export class StudyResults {
  readonly #reader = new StudyReader();
  /** The one that pictures were painted in last, so that the question for the overview does not paint them again. */
  #palette = FIGURE_DEFAULTS.palette;

  /** Which figures have something to show. */
  async overview(source: HostMethods['studyOverview']['input']): Answer<'studyOverview'> {
    const { data } = await this.#reader.numbers(source);
    const options = { ...FIGURE_DEFAULTS, examples: await this.#reader.examples(source, this.#palette) };
    const figures = data.checkpoints.length === 0 ? [] : STUDY_FIGURES;
    return {
      figures: figures
        .filter(({ applies }) => applies(data, options))
        .map(({ id, number, title, explanation }) => {
          const ofOneRun = id === ALLUVIAL_FIGURE.id;
          return { id, number, title, explanation, ofOneRun };
        }),
      metrics: STUDY_METRICS.map(([id]) => ({ id, words: metricWords(id) })),
      trajectories: trajectoriesOf(data).map(({ run }) => run),
      measures: data.measures,
    };
  }

  async findings({ threshold, ...source }: HostMethods['studyFindings']['input']): Answer<'studyFindings'> {
    const { data } = await this.#reader.numbers(source);
    if (data.checkpoints.length === 0) return [];
    return findingsOf(studyStatistics(data, { ...CURVE_DEFAULTS, threshold }));
  }

  async figure({
    id,
    options,
    palette,
    ...source
  }: HostMethods['studyFigure']['input']): Answer<'studyFigure'> {
    const figure = STUDY_FIGURES.find((one) => one.id === id);
    if (figure === undefined) throw new InputError(id, 'is no figure of a study');
    const { data, places } = await this.#reader.numbers(source);
    this.#palette = palette;
    const examples = await this.#reader.examples(source, palette);
    const drawnWith: FigureOptions = { ...FIGURE_DEFAULTS, ...options, palette, examples };
    const svg = figure.applies(data, drawnWith) ? figure.draw(data, drawnWith) : '';
    return { svg, checkpoints: places, revision: source.revision };
  }

  /** Tables, figures and report, as the command line writes them into a study's own folder. */
  async writeReport({ to, ...source }: HostMethods['writeStudyReport']['input']): Answer<'writeStudyReport'> {
    const { folder, manifest } = await this.#reader.open(source);
    const { results } = source;
    const own = results === null ? null : new AnalysisOutcomes(folder, manifest, results);
    const outcomes = own?.all() ?? outcomesOf(folder, manifest);
    const matricesOf = own?.matricesOf ?? keptMatrices(folder);
    await collectOutcomes(to, manifest, outcomes, (data) =>
      readExamples(matricesOf, manifest, data, FIGURE_DEFAULTS.palette),
    );
    return join(to, 'study.md');
  }
}
