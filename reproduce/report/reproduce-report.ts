import { basename, sep } from 'node:path';
import { plural } from '../../src/core/base/text';
import { VERSION } from '../../src/core/base/version';
import { escapeMarkdown, markdownImage } from '../../src/core/render/markdown';
import { STUDY_FIGURES } from '../../src/core/render/study/study-figures';
import { CURVE_DEFAULTS } from '../../src/core/study/curves';
import { studyStatistics } from '../../src/core/study/findings/study-statistics';
import type { StudyData } from '../../src/core/study/study-data';
import type { ReproductionData } from '../data';
import { duration } from '../training-progress';
import { EPOCHS_RAN_OUT, type GridNetwork } from '../train-grid';
import { agreementFinding, agreementTable } from './agreement-section';
import { dropoutTable, highestTable, modularityFinding, trendTable } from './modularity-section';
import { trainingTable } from './training-table';
import { untrainedTable } from './untrained-table';

/** What a reproduction has come to. */
export interface Reproduction {
  readonly data: Pick<ReproductionData, 'words'>;
  readonly networks: readonly GridNetwork[];
  readonly study: StudyData;
  /** Figures of the study, relative to the report. */
  readonly figures: readonly { readonly file: string; readonly title: string }[];
  /** Of training and study, as far as they were done in this call. */
  readonly seconds: { readonly training: number; readonly trained: number; readonly study: number };
}

/** The report of a reproduction, in Markdown. */
export function reproductionReport(reproduction: Reproduction): string {
  const { data, networks, study, figures, seconds } = reproduction;
  const [first] = networks;
  if (first === undefined) throw new Error('there are no networks');
  const { recipe } = first;
  const statistics = studyStatistics(study, CURVE_DEFAULTS);
  const { counted, leftOut, threshold } = statistics.runs;
  const untrained = [...study.untrained.values()].reduce((sum, { count }) => sum + count, 0);
  const ended = networks.filter(({ notes }) => notes.comment === EPOCHS_RAN_OUT).length;
  const least = threshold === null ? '' : ` of at least ${100 * threshold} % accuracy`;
  const trained =
    seconds.trained === networks.length
      ? `all ${seconds.trained} networks`
      : `${seconds.trained} of ${networks.length} networks`;
  const sections = [
    '# The paper’s two findings, measured again',
    `${plural(networks.length, 'network')} ${recipe.sizes.join('-')} on ${escapeMarkdown(data.words)}. The numbers of the ` +
      'paper (Lange, Rolnick and Kording, TMLR 2022) are of MNIST, networks 784-64-64-10, nine runs of 500 epochs each, ' +
      'read off the pictures of the notebook that its authors published, to ±0.003 for Q and ±0.006 for agreement. ' +
      'Other data, so other numbers: what can be compared is which way they go.',
    `${plural(counted, 'run')}${least} count; ${leftOut} do not. The run is the unit of replication: n counts runs.`,

    '## Finding 1: dropout makes networks more modular, L1 and L2 less so',
    list(modularityFinding(study, statistics)),
    'Spearman’s ρ of each hyper-parameter with Q, layers averaged; p by permutation of whole runs, corrected by Holm over ' +
      'the measures and layers of a hyper-parameter:',
    trendTable(study, statistics),
    'How far Q rises at most: mean ± standard error over runs (n), and the value of the hyper-parameter that it is at; ' +
      'layers averaged:',
    highestTable(study),
    'Q against dropout, mean ± standard error over runs (n), beside the paper’s:',
    dropoutTable(study),

    'Q of untrained networks, mean ± SD (n), beside the paper’s 500 (which `npm run reproduce -- --untrained 100` with the ' +
      'images of MNIST compares in full):',
    untrainedTable(study),

    '## Finding 2: measures agree within a family more than across families',
    list(agreementFinding(study, statistics)),
    `Element-centric similarity of pairs of different measures, mean over pairs and layers, then over runs [95 % interval ` +
      `over runs]; untrained: mean of ${untrained} untrained networks.`,
    agreementTable(statistics),

    '## The networks',
    `Two hidden layers with ReLU and dropout after each, torch’s default initialization, Adam at ${recipe.learningRate}, ` +
      `batches of ${recipe.batchSize}, loss = cross-entropy + l1 Σ|w| + l2 Σw² over weights, not biases. Every network has a ` +
      `seed of its own. Training ended when the mean loss of ${recipe.plateau.window} epochs had not fallen by ` +
      `${100 * recipe.plateau.fall} % below the best before it for ${recipe.plateau.patience} epochs, after ` +
      `${recipe.mostEpochs} epochs at most` +
      `${ended === 0 ? ', which none needed' : `, which ended that of ${plural(ended, 'network')}`}. Means over runs; ` +
      `“fell by” is how far the training loss still fell in the last ${recipe.plateau.patience} epochs. Under dropout, ` +
      'weights grow as long as training goes on, and Q with them.',
    trainingTable(networks),

    '## Figures',
    'The study’s own report, with what each figure shows: [study/study.md](study/study.md).',
    ...figures.map(({ file, title }) => markdownImage({ file, alt: title })),

    '## How it was made',
    list([
      `\`npm run reproduce\`, modscope ${VERSION}: ${trained} trained in ${duration(seconds.training)}, all studied in ` +
        `${duration(seconds.study)}.`,
      'The networks are in [checkpoints/](checkpoints/), loss and norms after every epoch in [training/](training/), all ' +
        'numbers of the study in [study/tables/](study/tables/).',
    ]),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** The figures of a study among files. @param files relative to the report */
export function figuresAmong(files: readonly string[]): Reproduction['figures'] {
  return STUDY_FIGURES.flatMap(({ id, title }) =>
    files
      .filter((file) => basename(file) === `${id}.svg`)
      .map((file) => ({ file: file.split(sep).join('/'), title })),
  );
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
