import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { agreement, type AgreementItem, type PairAgreement } from '../../src/core/analysis/agreement';
import type { SquareMatrix } from '../../src/core/base/matrix';
import { openLocalFile } from '../../src/core/file/local';
import { openNpz } from '../../src/core/file/npy';
import { Worst } from '../core/agreement/worst';
import { goldenPath, hasGolden } from './golden';

/** The fields of golden/alignment that are compared (see its README). */
interface GoldenPair {
  readonly adj_spearman_r: number;
  readonly adj_spearman_p: number;
  readonly score: number;
  readonly null_mean: number;
  readonly null_std: number;
  readonly p_ge: number;
  readonly rmi: number;
  readonly rmi_norm: number;
  readonly vi: number;
  readonly vi_norm: number;
  readonly element_sim: number;
  readonly transfer_AaPb: number;
  readonly transfer_AbPa: number;
  readonly transfer_AaPb_norm: number;
  readonly transfer_AbPa_norm: number;
}

interface Golden {
  readonly clusters: Readonly<Record<string, readonly number[]>>;
  readonly pairs: Readonly<Record<string, GoldenPair>>;
  readonly n_shuffle: number;
}

/** Pairs of summary.json, which has the optimal score beside the greedy one. */
interface Summary {
  readonly agreement: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, SummaryPair>>>>>
  >;
}

interface SummaryPair {
  readonly score: number;
  readonly score_optimal: number;
  readonly rmi_norm: number;
  readonly element_sim: number;
  readonly vi: number;
}

type Solutions = Readonly<Record<string, Readonly<Record<string, { readonly labels: readonly number[] }>>>>;

const CHECKPOINTS = [
  'mnist_sup_l2=0.00001',
  'mnist_sup_l2=0.00001_drop=0.30000',
  'mnist_sup_l2=0.00001_drop=0.50000',
  'mnist_sup_l2=0.00001_l1=0.00100',
];
const LAYERS = ['layer0', 'layer1'];
const SHUFFLES = 5000;

describe.runIf(hasGolden)('agreement on the reference’s partitions', () => {
  const worst = new Worst();
  afterAll(() => {
    worst.print(`agreement, tolerance 1e-9 (null and p in standard errors of both samples, tolerance 4)`);
  });

  test.each(CHECKPOINTS)('%s', async (uid) => {
    // `as` holds: the file is the one the README describes, and every field read is compared.
    const golden = JSON.parse(readFileSync(goldenPath('alignment', `${uid}.json`), 'utf8')) as Golden;
    let compared = 0;
    for (const layer of LAYERS) {
      const items = await itemsOf(uid, layer, golden);
      const options = { dead: 'as-cluster', nullSamples: SHUFFLES, seed: 0 } as const;
      // The reference compares each partition with itself as well.
      const own = items.flatMap((item) => agreement([item, item], options));
      for (const pair of [...own, ...agreement(items, options)]) {
        const key = `${pair.a}:${pair.b}:${layer}`;
        const reference = golden.pairs[key];
        if (reference === undefined) throw new Error(`${uid} has no ${key}`);
        compareFields(worst, pair, reference, key);
        compareNull(worst, pair, reference, golden.n_shuffle, key);
        compared++;
      }
    }
    expect(compared).toBe(Object.keys(golden.pairs).length);
  });
});

test.runIf(hasGolden)('greedy and optimal alignment of all partitions of the summary', () => {
  const worst = new Worst();
  const read = (...parts: string[]): unknown => JSON.parse(readFileSync(goldenPath(...parts), 'utf8'));
  // `as` holds: see above.
  const summary = (read('summary.json') as Summary).agreement;
  let compared = 0;
  for (const [uid, solvers] of Object.entries(summary)) {
    const solutions = read('modularity', `${uid}.json`) as Solutions;
    for (const [solver, pairs] of Object.entries(solvers)) {
      for (const [key, reference] of Object.entries(pairs)) {
        const [a = '', b = '', layer = ''] = key.split(':');
        const items = [a, b].map((name) => ({
          name,
          labels: Int32Array.from(solutions[`${name}__${layer}`]?.[solver]?.labels ?? []),
        }));
        const pair = agreement(items, { dead: 'as-cluster', nullSamples: 0 })[0];
        const where = `${uid} ${solver} ${key}`;
        worst.see(
          'alignment',
          Math.fround(pair?.alignment ?? NaN),
          Math.fround(reference.score),
          1e-9,
          where,
        );
        worst.see('alignment_optimal', pair?.alignment_optimal ?? null, reference.score_optimal, 1e-9, where);
        worst.see('rmi_norm', pair?.rmi_norm ?? null, reference.rmi_norm, 1e-9, where);
        worst.see('element_sim', pair?.element_sim ?? null, reference.element_sim, 1e-9, where);
        worst.see('vi', pair?.vi ?? null, reference.vi, 1e-9, where);
        compared++;
      }
    }
  }
  worst.print(`agreement of ${compared} pairs of the summary`);
});

async function itemsOf(uid: string, layer: string, golden: Golden): Promise<AgreementItem[]> {
  const file = await openLocalFile(goldenPath('matrices', `${uid}.npz`));
  const arrays = await openNpz(file);
  const items: AgreementItem[] = [];
  for (const [key, labels] of Object.entries(golden.clusters).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const array = arrays.get(`${key}__f64`);
    if (!key.endsWith(`__${layer}`) || array === undefined) continue;
    const matrix: SquareMatrix = { size: labels.length, data: Float64Array.from((await array.read()).data) };
    items.push({ name: key.slice(0, -`__${layer}`.length), labels: Int32Array.from(labels), matrix });
  }
  await file.close();
  return items;
}

function compareFields(
  worst: Worst,
  pair: PairAgreement<string>,
  reference: GoldenPair,
  where: string,
): void {
  const see = (field: string, actual: number | null | undefined, expected: number): void => {
    worst.see(field, actual ?? null, expected, 1e-9, where);
  };
  // The reference computes scores in float32.
  see('alignment', Math.fround(pair.alignment ?? NaN), reference.score);
  see('element_sim', pair.element_sim, reference.element_sim);
  see('rmi', pair.rmi, reference.rmi);
  see('rmi_norm', pair.rmi_norm, reference.rmi_norm);
  see('vi', pair.vi, reference.vi);
  see('vi_norm', pair.vi_norm, reference.vi_norm);
  see('rsa', pair.rsa, reference.adj_spearman_r);
  see('rsaP', pair.rsaP, reference.adj_spearman_p);
  see('transfer ab', pair.transfer?.[0], reference.transfer_AaPb);
  see('transfer ba', pair.transfer?.[1], reference.transfer_AbPa);
  see('transfer_norm ab', pair.transfer_norm?.[0], reference.transfer_AaPb_norm);
  see('transfer_norm ba', pair.transfer_norm?.[1], reference.transfer_AbPa_norm);
}

/** Both nulls are samples: their differences are counted in standard errors of the difference. */
function compareNull(
  worst: Worst,
  pair: PairAgreement<string>,
  reference: GoldenPair,
  shuffles: number,
  where: string,
): void {
  const share = Math.sqrt(1 / shuffles + 1 / SHUFFLES);
  const see = (field: string, difference: number, error: number): void => {
    worst.see(field, Math.abs(difference) / error, 0, 4, where);
  };
  const { mean, sd } = pair.alignmentNull ?? { mean: NaN, sd: NaN };
  see('null mean', mean - reference.null_mean, sd * share);
  see('null sd', sd - reference.null_std, (sd * share) / Math.SQRT2);
  // A share of 0 has no spread of its own; one in the reference's shuffles is the least there can be.
  const p = Math.max(pair.p ?? NaN, 1 / shuffles);
  see('p', (pair.p ?? NaN) - reference.p_ge, Math.sqrt(p * (1 - p)) * share || 1);
}
