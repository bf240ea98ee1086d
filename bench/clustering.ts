import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { textTable } from '../src/cli/output';
import type { SquareMatrix } from '../src/core/base/matrix';
import { Random } from '../src/core/base/random';
import { cluster } from '../src/core/clustering/cluster';
import type { SolverName } from '../src/core/choices';

// `best` against graphology's louvain (the building of its graph included) and the paper's Monte Carlo, on the same matrices:
// absolute correlations of units that share a few of many causes, as hidden units do.

const SIZES = [64, 256, 1024, 4096];

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function main(): void {
  const rows = [['units', 'solver', 'Q', 'seconds', 'best / it', 'MB beyond the matrix', 'matrix MB']];
  cluster(correlations(64, 0)); // compiles what is measured
  for (const size of SIZES) {
    const matrix = correlations(size, size);
    const best = measure(matrix, 'best');
    rows.push(row(size, 'best', best, best));
    rows.push(row(size, 'louvain', measure(matrix, 'louvain'), best));
    rows.push(row(size, 'monte_carlo', measure(matrix, 'monte_carlo'), best));
  }
  console.log(textTable(rows));
}

interface Run {
  readonly q: number;
  readonly seconds: number;
  readonly megabytes: number;
}

/** The fastest of a few runs; memory is what the process held more at its end, before garbage was collected. */
function measure(matrix: SquareMatrix, solver: SolverName): Run {
  const repeats = matrix.size <= 256 ? 5 : 1;
  let seconds = Infinity;
  let q = 0;
  collectGarbage();
  const before = held();
  for (let i = 0; i < repeats; i++) {
    const from = performance.now();
    q = cluster(matrix, { solver, seed: i }).q ?? 0;
    seconds = Math.min(seconds, (performance.now() - from) / 1000);
  }
  return { q, seconds, megabytes: (held() - before) / 1e6 };
}

function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function row(size: number, solver: SolverName, run: Run, best: Run): string[] {
  return [
    String(size),
    solver,
    run.q.toFixed(5),
    run.seconds.toFixed(3),
    (best.seconds / run.seconds).toFixed(3),
    run.megabytes.toFixed(0),
    ((8 * size * size) / 1e6).toFixed(1),
  ];
}

function correlations(size: number, seed: number): SquareMatrix {
  const random = new Random(seed);
  const causes = 40;
  const weights = Array.from({ length: size }, () => {
    const own = random.integer(6);
    return Array.from({ length: causes }, (_, k) => (random.uniform() - 0.5) * (k % 6 === own ? 2 : 1));
  });
  const data = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < causes; k++) sum += weights[i]![k]! * weights[j]![k]!;
      data[i * size + j] = data[j * size + i] = Math.abs(sum);
    }
  }
  return { size, data };
}

main();
