import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalisedAssociation } from '../../src/core/association/association';
import type { SquareMatrix } from '../../src/core/base/matrix';
import { cluster } from '../../src/core/clustering/cluster';
import { withFile } from '../../src/core/file/local';
import { openNpz } from '../../src/core/file/npy';
import { type Measure, MEASURES, rawOf } from '../../src/core/measures';
import { goldenPath, hasGolden } from './golden';

interface Golden {
  readonly name: string;
  readonly matrix: SquareMatrix;
  /** Q of the best partition known, and of the reference's solver where it was run. */
  readonly best: number;
  readonly monteCarlo: number | null;
}

const SEEDS = [0, 1, 2, 3, 4];
const TOLERANCE = 1e-9;

const files = hasGolden
  ? [
      ...readdirSync(goldenPath('modularity')).filter((name) => name.endsWith('.json')),
      ...readdirSync(goldenPath('modularity/trajectory')).map((name) => `trajectory/${name}`),
    ]
  : [];
const digits = hasGolden ? readdirSync(goldenPath('digits')).filter((name) => name.endsWith('.npz')) : [];

const seen = { matrices: 0, highest: 0, lowest: 0, slowest: 0, higher: [] as string[] };

describe.skipIf(!hasGolden)('best reaches the best Q known of every golden matrix, whatever the seed', () => {
  it.each(files)('modularity/%s', async (file) => {
    for (const golden of await goldenMatrices(file)) expectBest(golden);
  });

  it.each(digits)('digits/%s', async (file) => {
    for (const golden of await digitMatrices(file)) expectBest(golden);
  });

  it('says what it saw', () => {
    console.info(
      `best on ${seen.matrices} matrices × ${SEEDS.length} seeds: Q − best known ${seen.lowest.toExponential(1)} … ` +
        `${seen.highest.toExponential(1)}, slowest ${seen.slowest.toFixed(1)} ms\nhigher than known:\n${seen.higher.join('\n')}`,
    );
    expect(seen.matrices).toBeGreaterThan(300);
  });
});

describe.skipIf(!hasGolden)('monte_carlo is as good as the reference', () => {
  // The reference is one run per matrix, whose Q varies by a few per cent: the means over all matrices are compared.
  const means = { own: [] as number[], reference: [] as number[] };

  it.each(files.filter((file) => !file.startsWith('trajectory/')))('modularity/%s', async (file) => {
    for (const { matrix, monteCarlo } of await goldenMatrices(file)) {
      if (monteCarlo === null) continue;
      const values = SEEDS.map((seed) => cluster(matrix, { solver: 'monte_carlo', seed }).q ?? 0);
      means.own.push(mean(values));
      means.reference.push(monteCarlo);
    }
  });

  it('in the mean over all matrices and seeds', () => {
    const ratio = mean(means.own) / mean(means.reference);
    console.info(
      `monte_carlo on ${means.own.length} matrices × ${SEEDS.length} seeds: mean Q ${ratio.toFixed(5)} of the reference's`,
    );
    expect(ratio).toBeGreaterThan(0.995);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function expectBest({ name, matrix, best }: Golden): void {
  for (const seed of SEEDS) {
    const from = performance.now();
    const { q } = cluster(matrix, { seed });
    if (matrix.size === 64) seen.slowest = Math.max(seen.slowest, performance.now() - from);
    const excess = (q ?? NaN) - best;
    expect(excess, `${name}, seed ${seed}`).toBeGreaterThanOrEqual(-TOLERANCE);
    seen.lowest = Math.min(seen.lowest, excess);
    seen.highest = Math.max(seen.highest, excess);
    if (excess > TOLERANCE) seen.higher.push(`${name}: ${String(q)} instead of ${best} (seed ${seed})`);
  }
  seen.matrices++;
}

type Solutions = Readonly<Record<string, { best_known: { Q: number }; monte_carlo?: { Q: number } }>>;

async function goldenMatrices(file: string): Promise<Golden[]> {
  const solutions = (await readJson(goldenPath('modularity', file))) as Solutions;
  return withFile(goldenPath('matrices', file.replace('.json', '.npz')), async (archive) => {
    const arrays = await openNpz(archive);
    const found: Golden[] = [];
    for (const [key, { best_known, monte_carlo }] of Object.entries(solutions)) {
      const array = arrays.get(`${key}__f64`) ?? arrays.get(key);
      if (array === undefined) throw new Error(`${file} has no matrix ${key}`);
      const { shape, data } = await array.read();
      const matrix = symmetric({ size: shape[0] ?? 0, data: Float64Array.from(data) });
      found.push({ name: `${file} ${key}`, matrix, best: best_known.Q, monteCarlo: monte_carlo?.Q ?? null });
    }
    return found;
  });
}

async function digitMatrices(file: string): Promise<Golden[]> {
  const golden = (await readJson(goldenPath('digits/golden.json'))) as Record<
    string,
    { modularity: Record<string, { best_known_q: number }> }
  >;
  const solutions = golden[file.replace('.npz', '')]?.modularity ?? {};
  return withFile(goldenPath('digits', file), async (archive) => {
    const arrays = await openNpz(archive);
    const found: Golden[] = [];
    for (const [key, { best_known_q }] of Object.entries(solutions)) {
      const [method = '', layer = ''] = key.split('__');
      const known = MEASURES.find((name): name is Measure => name === method);
      if (known === undefined) throw new Error(`no method ${method}`);
      const array = arrays.get(`${rawOf(known)}__${layer}`);
      if (array === undefined) throw new Error(`${file} has no matrix for ${key}`);
      const { shape, data } = await array.read();
      const raw = { size: shape[0] ?? 0, data: Float64Array.from(data) };
      const matrix = symmetric(known === rawOf(known) ? raw : normalisedAssociation(raw));
      found.push({ name: `${file} ${key}`, matrix, best: best_known_q, monteCarlo: null });
    }
    return found;
  });
}

/** (M + Mᵀ)/2: the reference's float64 sums are symmetric to rounding only. */
function symmetric({ size, data }: SquareMatrix): SquareMatrix {
  return {
    size,
    data: data.map((value, at) => (value + data[(at % size) * size + Math.floor(at / size)]!) / 2),
  };
}

async function readJson(path: string): Promise<unknown> {
  return withFile(
    path,
    async (file) => JSON.parse(new TextDecoder().decode(await file.read(0, file.size))) as unknown,
  );
}
