import { SOLVERS } from '../core/analysis/report';
import { cluster as clusterMatrix } from '../core/clustering/cluster';
import { choice, parse, positiveNumber, UsageError, wholeNumber } from './arguments';
import { readMatrix } from './matrix-file';
import { table } from './table';

const FLAGS = {
  solver: { type: 'string' },
  resolution: { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `modscope cluster MATRIX.npy [options]`: the clusters of any similarity matrix. */
export async function cluster(args: readonly string[]): Promise<string> {
  const { positionals, values } = parse(args, FLAGS);
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError('cluster takes one .npy file');
  const solver = choice('solver', values.solver, SOLVERS) ?? 'best';
  const resolution = positiveNumber('resolution', values.resolution) ?? 1;
  const seed = wholeNumber('seed', values.seed, 0) ?? 0;

  const matrix = await readMatrix(path);
  const { q, labels, count, softCount, stability } = clusterMatrix(matrix, {
    solver,
    resolution,
    seed,
    name: path,
  });
  const clusters = [...labels];
  if (values.json === true) {
    return `${JSON.stringify({ q, clusters, count, softCount, solver, resolution, seed, stability })}\n`;
  }
  const dead = clusters.filter((label) => label < 0).length;
  const sizes = Array.from({ length: count }, (_, c) => clusters.filter((label) => label === c).length);
  return `${table([
    ['Q', q === null ? '–' : q.toFixed(6)],
    ['clusters', `${count} (${sizes.join(', ')} units)`],
    ['dead units', String(dead)],
    ['solver', solver],
  ])}\n`;
}
