import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alignmentNulls, alignmentOptimal } from '../../src/core/agreement/alignment';
import { overlap } from '../../src/core/agreement/overlap';
import type { Labels } from '../../src/core/base/matrix';
import { followClusters } from '../../src/core/study/trajectory/follow';
import { permutations } from '../core/agreement/partitions';
import { goldenPath, hasGolden } from './golden';

// The best partitions known of a network's matrices after each of eight epochs, as Leiden found them from 200 starts.

type Partitions = ReadonlyMap<string, Labels>;

function partitionsOf(file: string): Partitions {
  const solutions = JSON.parse(readFileSync(goldenPath('modularity', file), 'utf8')) as Readonly<
    Record<string, { best_known: { labels: number[] } }>
  >; // as the golden data is described
  return new Map(
    Object.entries(solutions).map(([key, { best_known }]) => [key, Int32Array.from(best_known.labels)]),
  );
}

const epochs = hasGolden
  ? readdirSync(goldenPath('modularity/trajectory')).map((file) => partitionsOf(`trajectory/${file}`))
  : [];
const keys = [...(epochs[0]?.keys() ?? [])];
const courseOf = (key: string): Labels[] => epochs.flatMap((epoch) => epoch.get(key) ?? []);

/** Units that stay, and those alive at both, from each epoch to the next: counted in Python over all matchings. */
const STAYING = {
  forward_jac__layer0: ['41/62', '37/62', '51/62', '62/62', '59/62', '55/63', '44/62'],
  forward_jac__layer1: ['42/63', '50/63', '56/63', '56/63', '63/63', '63/63', '62/63'],
  backward_jac__layer1: ['47/64', '49/64', '58/64', '61/64', '64/64', '62/64', '62/63'],
  backward_hess_norm__layer0: ['32/64', '50/64', '61/64', '53/64', '47/64', '42/64', '62/64'],
};

describe.skipIf(!hasGolden)('clusters of the golden trajectory', () => {
  it.each(Object.entries(STAYING))('%s: as many units stay as Python counts', (key, expected) => {
    const course = courseOf(key);
    const found = course.slice(1).map((labels, i) => {
      const table = overlap(course[i]!, labels);
      return `${Math.round((alignmentOptimal(table) ?? NaN) * table.units)}/${table.units}`;
    });
    expect(found).toEqual(expected);
  });

  it('are matched as well as any one-to-one matching does', () => {
    let pairs = 0;
    for (const key of keys) {
      const course = courseOf(key);
      for (const [i, labels] of course.slice(1).entries()) {
        const { rows, columns, counts, units, ...rest } = overlap(course[i]!, labels);
        const size = Math.max(rows.length, columns.length);
        const share = (row: number, column: number): number =>
          row < rows.length && column < columns.length ? counts[row * columns.length + column]! : 0;
        let best = 0;
        for (const order of permutations(size))
          best = Math.max(
            best,
            order.reduce((sum, column, row) => sum + share(row, column), 0),
          );
        expect(alignmentOptimal({ rows, columns, counts, units, ...rest })).toBe(best / units);
        pairs++;
      }
    }
    expect(pairs).toBe(112);
  });

  it('stay together far beyond chance, and clusters of other seeds do not', () => {
    const tables = keys.flatMap((key) =>
      courseOf(key)
        .slice(1)
        .map((labels, i) => overlap(courseOf(key)[i]!, labels)),
    );
    const nulls = alignmentNulls(tables, 99, 1, 'optimal');
    expect(nulls.every((chance) => chance?.p === 1 / 100)).toBe(true);
    const name = 'mnist_sup_l2=0.00001_drop=0.30000';
    const [first, second, third] = [`${name}.json`, `${name}_run=1.json`, `${name}_run=2.json`].map(
      partitionsOf,
    );
    const between = keys.flatMap((key) =>
      [
        [first, second],
        [second, third],
        [third, first],
      ].flatMap(([a, b]) => {
        const [one, other] = [a?.get(key), b?.get(key)];
        return one === undefined || other === undefined ? [] : [overlap(one, other)];
      }),
    );
    const chances = alignmentNulls(between, 99, 1, 'optimal');
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const stay = mean(tables.map((table) => alignmentOptimal(table) ?? NaN));
    const seeds = mean(between.map((table) => alignmentOptimal(table) ?? NaN));
    const chance = mean(chances.map((found) => found?.mean ?? NaN));
    const sd = mean(chances.map((found) => found?.sd ?? NaN));
    console.log(
      `of the units ${stay.toFixed(3)} stay from epoch to epoch, ${seeds.toFixed(3)} between seeds, ${chance.toFixed(3)} by chance (${tables.length}, ${between.length} pairs)`,
    );
    expect(stay).toBeGreaterThan(0.8);
    expect(Math.abs(seeds - chance)).toBeLessThan((4 * sd) / Math.sqrt(between.length));
  });

  it('settle: what is one cluster in the second half was mostly one before', () => {
    const followed = keys.map((key) => followClusters(courseOf(key)));
    const continued = (half: 'first' | 'second'): number =>
      followed
        .flatMap(({ partitions }) => (half === 'first' ? partitions.slice(1, 4) : partitions.slice(5)))
        .flatMap(({ clusters }) => clusters)
        .filter(({ origin }) => origin === 'continued').length /
      followed
        .flatMap(({ partitions }) => (half === 'first' ? partitions.slice(1, 4) : partitions.slice(5)))
        .flatMap(({ clusters }) => clusters).length;
    const [early, late] = [continued('first'), continued('second')];
    console.log(
      `clusters that continue: ${early.toFixed(3)} in epochs 1–3, ${late.toFixed(3)} in epochs 5–7`,
    );
    expect(late).toBeGreaterThan(early);
    expect(late).toBeGreaterThan(0.9);
  });
});
