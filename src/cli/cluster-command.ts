import { InputError } from '../core/base/error';
import type { SquareMatrix } from '../core/base/matrix';
import { SOLVERS } from '../core/choices';
import { type Clustering, cluster, resolutionSweep } from '../core/clustering/cluster';
import { consensusOfStarts } from '../core/clustering/consensus';
import { clusterCount } from '../core/clustering/modularity';
import { withFile } from '../core/file/local';
import { openNpy } from '../core/file/npy';
import { choice, positiveNumber, UsageError, wholeNumber } from '../settings/flags';
import { parse } from './arguments';
import { type CommandHelp, parseable } from './help';
import { namedLines, tableNumber } from './output';

const FLAGS = {
  solver: { form: 'NAME', help: `${SOLVERS.join(', ')} (default best)` },
  resolution: {
    form: 'G',
    help: 'above 1 more and smaller clusters, below 1 fewer and larger ones (default 1)',
  },
  seed: { form: 'S', help: 'of every random choice (default 0)' },
  sweep: { form: 'G,G,...', help: 'Q and the number of clusters at other resolutions too' },
  consensus: { form: 'N', help: 'the partition that N starts agree on too' },
  json: { form: '', help: 'print JSON, with the cluster of every unit' },
} as const;

/** modscope cluster --help */
export const clusterHelp: CommandHelp = {
  form: 'cluster MATRIX.npy [options]',
  about: `The clusters of any similarity matrix, by maximal modularity. The matrix must be square and symmetric, and no entry may be
negative: take the absolute values of correlations first. The diagonal is left out. A unit without any weight is dead
and in no cluster.`,
  flags: [FLAGS],
};

/** `modscope cluster MATRIX.npy [options]`: the clusters of any similarity matrix. */
export async function clusterCommand(args: readonly string[]): Promise<string> {
  const { positionals, values } = parse(args, parseable(FLAGS));
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError('cluster takes one .npy file');
  const solver = choice('solver', values.solver, SOLVERS) ?? 'best';
  const resolution = positiveNumber('resolution', values.resolution) ?? 1;
  const seed = wholeNumber('seed', values.seed, 0) ?? 0;
  const resolutions = values.sweep?.split(',').flatMap((text) => positiveNumber('sweep', text) ?? []);
  const starts = wholeNumber('consensus', values.consensus, 2);

  const matrix = await readMatrix(path);
  const options = { solver, resolution, seed, name: path };
  const clustering = cluster(matrix, options);
  const sweep = resolutions && resolutionSweep(matrix, resolutions, options);
  const consensus = starts === undefined ? undefined : consensusOfStarts(matrix, starts, options);
  if (values.json === true) {
    const { q, labels, count, softCount, stability } = clustering;
    const result = { q, clusters: [...labels], count, softCount, solver, resolution, seed, stability, sweep };
    const agreed = consensus && {
      clusters: [...consensus.labels],
      count: clusterCount(consensus.labels),
      starts,
      similarity: consensus.similarity,
    };
    return `${JSON.stringify({ ...result, consensus: agreed })}\n`;
  }
  const rows: (readonly [string, string])[] = describe(clustering);
  if (hasDiagonal(matrix)) rows.push(['diagonal', 'left out: what a unit has with itself is in no Q']);
  if (consensus) rows.push(['clusters of the consensus', String(clusterCount(consensus.labels))]);
  for (const at of sweep ?? []) {
    rows.push([`at resolution ${at.resolution}`, `Q ${tableNumber(at.q, 6)}, ${at.count} clusters`]);
  }
  return `${namedLines(rows)}\n`;
}

function hasDiagonal({ size, data }: SquareMatrix): boolean {
  for (let i = 0; i < size; i++) if (data[i * (size + 1)] !== 0) return true;
  return false;
}

function describe({ q, labels, count, solver }: Clustering): [string, string][] {
  const sizes = Array.from({ length: count }, (_, c) => labels.filter((label) => label === c).length);
  return [
    ['Q', tableNumber(q, 6)],
    ['clusters', `${count} (${sizes.join(', ')} units)`],
    ['dead units', String(labels.filter((label) => label < 0).length)],
    ['solver', solver],
  ];
}

/** Reads a square matrix from a .npy file. @throws InputError where it is not one */
export async function readMatrix(path: string): Promise<SquareMatrix> {
  return withFile(path, async (file) => {
    const array = await openNpy(file);
    const { shape } = array.header;
    const [size] = shape;
    if (size === undefined || shape.length !== 2 || shape[1] !== size) {
      throw new InputError(
        path,
        `is not a square matrix: its shape is (${shape.join(', ')})`,
        'Save a matrix with a row and a column for every unit, such as numpy.abs(numpy.corrcoef(activations.T))',
      );
    }
    return { size, data: Float64Array.from((await array.read()).data) };
  });
}
