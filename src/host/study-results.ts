import { type FigureOptions, FIGURE_DEFAULTS } from '../core/render/study/figure-options';
import { STUDY_FIGURES } from '../core/render/study/study-figures';
import { STUDY_METRICS } from '../core/study/agreement-metrics';
import { InputError } from '../core/base/error';
import type { HostMethods } from '../protocol';
import { StudyReader } from './study-reader';

type Answer<K extends keyof HostMethods> = Promise<HostMethods[K]['output']>;

/** What the host tells of a study's results: what there is to see, the figures, the findings. */
export class StudyResults {
  readonly #reader = new StudyReader();

  /** Which figures have something to show. */
  async overview(source: HostMethods['studyOverview']['input']): Answer<'studyOverview'> {
    const { data } = await this.#reader.numbers(source);
    const figures = data.checkpoints.length === 0 ? [] : STUDY_FIGURES;
    return {
      figures: figures
        .filter(({ applies }) => applies(data, FIGURE_DEFAULTS))
        .map(({ id, number, title, explanation }) => ({ id, number, title, explanation })),
      metrics: STUDY_METRICS.map(([name]) => name),
    };
  }

  findings(_: HostMethods['studyFindings']['input']): Answer<'studyFindings'> {
    return Promise.resolve([]);
  }

  async figure({ id, options, ...source }: HostMethods['studyFigure']['input']): Answer<'studyFigure'> {
    const figure = STUDY_FIGURES.find((one) => one.id === id);
    if (figure === undefined) throw new InputError(id, 'is no figure of a study');
    const { data, places } = await this.#reader.numbers(source);
    const drawnWith: FigureOptions = { ...FIGURE_DEFAULTS, ...options };
    const svg = figure.applies(data, drawnWith) ? figure.draw(data, drawnWith) : '';
    return { svg, checkpoints: places, revision: source.revision };
  }

  writeReport(_: HostMethods['writeStudyReport']['input']): Answer<'writeStudyReport'> {
    throw new Error('not yet');
  }
}
