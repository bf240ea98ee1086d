import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Alluvial, crossings, orderNodes } from '../../../../src/core/render/study/alluvial-order';
import { permutations } from '../../agreement/partitions';

/** Two or three columns of up to four clusters and perhaps the dead, all units flowing from each to the next. */
const alluvials: fc.Arbitrary<Alluvial> = fc
  .tuple(
    fc.integer({ min: 2, max: 3 }),
    fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 }), {
      minLength: 1,
      maxLength: 24,
    }),
  )
  .map(([columns, units]) => {
    const labels = Array.from({ length: columns }, (_, column) => units.map((path) => path[column]!));
    const nodes = labels.map((each) => [...new Set(each)].sort());
    const indices = labels.map((each, column) => each.map((label) => nodes[column]!.indexOf(label)));
    return {
      columns: nodes.map((each, column) =>
        each.map((label) => ({
          units: labels[column]!.filter((one) => one === label).length,
          track: label === 4 ? null : label,
        })),
      ),
      flows: indices.slice(1).map((later, column) => {
        const flows = new Map<string, { from: number; to: number; units: number }>();
        later.forEach((to, unit) => {
          const from = indices[column]![unit]!;
          const flow = flows.get(`${from} ${to}`) ?? { from, to, units: 0 };
          flows.set(`${from} ${to}`, { ...flow, units: flow.units + 1 });
        });
        return [...flows.values()];
      }),
    };
  });

function* orders(columns: Alluvial['columns']): Generator<number[][]> {
  const [first, ...rest] = columns;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const order of permutations(first.length)) {
    const dead = order.findIndex((node) => first[node]!.track === null);
    if (dead >= 0 && dead < order.length - 1) continue;
    for (const others of orders(rest)) yield [order, ...others];
  }
}

describe('the order of an alluvial figure', () => {
  test('is one of all nodes, the dead last, and crosses no more than as given', () => {
    fc.assert(
      fc.property(alluvials, (alluvial) => {
        const order = orderNodes(alluvial);
        const given = alluvial.columns.map((nodes) => nodes.map((_, i) => i));
        expect(order.map((nodes) => [...nodes].sort())).toEqual(given);
        order.forEach((nodes, column) => {
          const dead = nodes.findIndex((node) => alluvial.columns[column]![node]!.track === null);
          if (dead >= 0) expect(dead).toBe(nodes.length - 1);
        });
        const deadLast = given.map((nodes, column) =>
          nodes.sort(
            (a, b) =>
              Number(alluvial.columns[column]![a]!.track === null) -
              Number(alluvial.columns[column]![b]!.track === null),
          ),
        );
        expect(crossings(alluvial.flows, order)).toBeLessThanOrEqual(crossings(alluvial.flows, deadLast));
      }),
    );
  });

  test('is mostly the best there is, and never far from it', () => {
    let [best, found, isBest] = [0, 0, 0];
    const samples = fc.sample(alluvials, { numRuns: 60, seed: 1 });
    for (const alluvial of samples) {
      let least = Infinity;
      for (const order of orders(alluvial.columns)) least = Math.min(least, crossings(alluvial.flows, order));
      const ours = crossings(alluvial.flows, orderNodes(alluvial));
      best += least;
      found += ours;
      if (ours === least) isBest++;
    }
    console.log(
      `alluvial: ${isBest} of ${samples.length} orders are the best, weight of crossings ${(found / best).toFixed(3)} of the least`,
    );
    expect(found / best).toBeLessThan(1.05);
  });

  test('of clusters that only change their labels crosses nothing', () => {
    const nodes = [0, 1, 2, 3].map((track) => ({ units: 4, track }));
    const flows = [
      [3, 2, 1, 0],
      [1, 0, 3, 2],
    ].map((to) => to.map((node, from) => ({ from, to: node, units: 4 })));
    const alluvial = { columns: [nodes, nodes, nodes], flows };
    expect(crossings(flows, orderNodes(alluvial))).toBe(0);
  });
});
