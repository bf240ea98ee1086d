import { join } from 'node:path';
import { meanAndSd } from '../src/core/analysis/statistics';
import { Random } from '../src/core/base/random';
import { writeFileAtomically } from '../src/core/file/local';
import { type Measure, MEASURES } from '../src/core/measures';
import { markdownTable } from '../src/core/render/markdown';
import type { StudyData } from '../src/core/study/study-data';
import { StudyFolder } from '../src/store/study-folder';
import { collectStudy } from '../src/store/study-collect';
import { BLOCKS } from '../src/core/study/findings/agreement-blocks';
import { blockAgreement } from './block-agreement';
import type { IdxFiles } from './data';
import { untrainedNetwork } from './dense-network';
import { writeNetwork } from './network-file';
import { type MeanAndSd, PAPER_AGREEMENT, PAPER_UNTRAINED } from './paper';
import { study } from './study-of-networks';

/** The paper's network. */
const SIZES = [784, 64, 64, 10];
/** The paper's solver, and this program's own. */
const SOLVERS = ['monte_carlo', 'best'] as const;
/** What must be met: the mean of Q to this, its SD to this share of the paper's. */
const Q_WITHIN = 0.006;
const SD_WITHIN = 0.4;

export interface UntrainedOptions {
  readonly count: number;
  readonly images: IdxFiles;
  readonly folder: string;
  readonly dist: string;
  /** More options of `modscope study`. */
  readonly study: readonly string[];
}

/**
 * Networks as they begin need no training to be compared with the paper's: all that counts for their Q is the architecture,
 * the images and the method. Writes them, studies them with two solvers, and reports both beside the paper.
 * @returns the report, in Markdown
 */
export async function untrainedCheck(options: UntrainedOptions): Promise<string> {
  const { count, images, folder, dist } = options;
  const paths = Array.from({ length: count }, (_, seed) =>
    join(folder, 'checkpoints', `seed=${seed}.safetensors`),
  );
  for (const [seed, path] of paths.entries()) {
    await writeNetwork(path, untrainedNetwork(SIZES, new Random(seed)), { run: seed, seed });
  }
  const found = new Map<string, StudyData>();
  for (const solver of SOLVERS) {
    const out = join(folder, `study-${solver}`);
    const data = ['--images', images.images, '--labels', images.labels];
    const settings = ['--solver', solver, '--nulls', 'none', ...options.study];
    await study(dist, 'plan', ...paths, ...data, ...settings, '--out', out);
    await study(dist, 'run', out);
    found.set(solver, (await collectStudy(new StudyFolder(out))).data);
  }
  const report = untrainedReport(count, images.images, found);
  await writeFileAtomically(join(folder, 'untrained.md'), report);
  return report;
}

/** Q and clusters of one measure of one layer, over the networks. */
interface Distribution {
  readonly q: MeanAndSd;
  readonly clusters: MeanAndSd;
  readonly softClusters: MeanAndSd;
}

function distributionOf({ layers, checkpoints }: StudyData, measure: Measure, layer: number): Distribution {
  const name = layers[layer]?.name;
  const results = checkpoints.flatMap(
    (checkpoint) => checkpoint.layers.find((one) => one.name === name)?.methods[measure] ?? [],
  );
  const numbers = (all: (number | null)[]): MeanAndSd => meanAndSd(all.filter((one) => one !== null));
  return {
    q: numbers(results.map(({ q }) => q)),
    clusters: numbers(results.map(({ clusters }) => clusters)),
    softClusters: numbers(results.map(({ softClusters }) => softClusters)),
  };
}

function untrainedReport(count: number, images: string, found: ReadonlyMap<string, StudyData>): string {
  const sections = [...found].map(([solver, data]) => {
    const rows = MEASURES.flatMap((measure) =>
      [0, 1].map((layer) => compared(measure, layer, distributionOf(data, measure, layer))),
    );
    const met = rows.filter(({ isMet }) => isMet).length;
    return [
      `## Solver \`${solver}\``,
      `${met} of ${rows.length} meet the paper: mean Q within ${Q_WITHIN}, SD within ${100 * SD_WITHIN} %.`,
      markdownTable([
        [
          'Measure',
          'Layer',
          'Q, paper',
          'Q here',
          'Difference',
          'SD / paper’s',
          'Clusters, paper',
          'Clusters here',
          'Soft',
          'Met',
        ],
        ...rows.map(({ cells }) => cells),
      ]),
      agreementTable(data),
    ].join('\n\n');
  });
  return [
    '# Untrained networks beside the paper’s',
    `${count} networks ${SIZES.join('-')} with torch’s default initialization, measured on \`${images}\`: ` +
      `mean ± SD over networks, n = ${count}. The paper’s are of 500 networks, read off its pictures to ±0.003, ` +
      'with the Monte Carlo solver; its clusters are of both layers together.',
    ...sections,
    '',
  ].join('\n\n');
}

/** Element-centric similarity between the measures' clusters, by families. */
function agreementTable({ checkpoints }: StudyData): string {
  const rows = BLOCKS.flatMap((block) =>
    (['all', 'distinct'] as const).map((choice) => {
      const values = checkpoints.map((checkpoint) => blockAgreement(checkpoint, block, choice === 'all'));
      const here = meanAndSd(values.filter((value) => value !== null));
      const { untrained } = PAPER_AGREEMENT[block];
      const pairs = choice === 'all' ? 'all' : 'without a measure and its own normalised form';
      return [block, pairs, untrained[choice].toFixed(3), both(here, 3, 3)];
    }),
  );
  return markdownTable([['Agreement', 'Pairs', 'Paper', 'Here'], ...rows]);
}

function compared(
  measure: Measure,
  layer: number,
  here: Distribution,
): { readonly cells: string[]; readonly isMet: boolean } {
  const { q: paper, clusters } = PAPER_UNTRAINED[measure];
  const there = paper[layer === 0 ? 0 : 1];
  const difference = here.q.mean - there.mean;
  const ratio = here.q.sd / there.sd;
  const isMet = Math.abs(difference) <= Q_WITHIN && Math.abs(ratio - 1) <= SD_WITHIN;
  const cells = [
    `\`${measure}\``,
    `${layer}`,
    both(there, 3, 4),
    both(here.q, 4, 4),
    `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(4)}`,
    ratio.toFixed(2),
    both(clusters, 1, 2),
    both(here.clusters, 2, 2),
    both(here.softClusters, 2, 2),
    isMet ? 'yes' : 'no',
  ];
  return { cells, isMet };
}

function both({ mean, sd }: MeanAndSd, digits: number, sdDigits: number): string {
  return `${mean.toFixed(digits)} ± ${sd.toFixed(sdDigits)}`;
}
