import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/core/base/random';
import type { LayerReport, Report } from '../../../src/core/report';
import { changesOf, compareReports } from '../../../src/core/study/comparison';
import { layerReport, measureReport, report } from '../../extension/example-report';
import { partition } from '../agreement/partitions';

const layer = (name: string, labels: ArrayLike<number>, q = 0.3): LayerReport =>
  layerReport(name, { forward_cov: measureReport(q, Array.from(labels)) }, labels.length);

/** Another file than every other. */
let files = 0;
function of(...layers: readonly LayerReport[]): Report {
  const made = report(...layers);
  return { ...made, checkpoint: { ...made.checkpoint, sha256: String(files++) } };
}

const random = new Random(4);
/** 64 units in 4 clusters of 16, in any order. */
function shuffled(): Int32Array {
  const labels = Int32Array.from({ length: 64 }, (_, unit) => Math.floor(unit / 16));
  random.shuffle(labels);
  return labels;
}

describe('checkpoints of one run', () => {
  const labels = shuffled();
  const moved = labels.map((label, unit) => (unit < 4 ? (label + 1) % 4 : label));
  const { pairs } = compareReports(
    [
      { report: of(layer('fc1', labels)), run: 'a' },
      { report: of(layer('fc1', moved)), run: 'a' },
    ],
    1,
  );
  const found = pairs[0]?.layers[0]?.forward_cov;

  test('have the same units: what moved is told, unit by unit', () => {
    expect(pairs[0]?.isOneRun).toBe(true);
    expect(found?.matched).toBe(60 / 64);
    const units = found?.changes?.moves.flatMap((move) => move.units) ?? [];
    expect(units.sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
    for (const { from, to, units: each } of found?.changes?.moves ?? []) {
      for (const unit of each) expect([labels[unit], moved[unit]]).toEqual([from, to]);
    }
    expect(found?.changes?.events.continued).toHaveLength(4);
  });

  test('agree beyond chance', () => {
    expect(found?.matchedByChance?.p).toBe(1 / 1000);
    expect(found?.ami).toBeGreaterThan(0.7);
    expect(found?.elementSim).toBeGreaterThan(2 * (found?.elementSimByChance ?? 1));
  });
});

describe('checkpoints of different runs', () => {
  const { pairs } = compareReports(
    Array.from({ length: 4 }, (_, run) => ({ report: of(layer('fc1', shuffled())), run: String(run) })),
    1,
  );

  test('have no units in common, so that nothing moved', () => {
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    for (const { isOneRun, layers } of pairs) {
      expect(isOneRun).toBe(false);
      expect(layers[0]?.forward_cov?.changes).toBeNull();
    }
  });

  const none = {
    matched: null,
    matchedByChance: null,
    ami: null,
    elementSim: null,
    elementSimByChance: null,
  };

  test('agree as chance has it', () => {
    for (const { layers } of pairs) {
      const { matched, matchedByChance, ami, elementSim, elementSimByChance } =
        layers[0]?.forward_cov ?? none;
      expect(matchedByChance?.p).toBeGreaterThan(0.01);
      expect(Math.abs((matched ?? NaN) - (matchedByChance?.mean ?? NaN))).toBeLessThan(
        4 * (matchedByChance?.sd ?? NaN),
      );
      expect(Math.abs(ami ?? NaN)).toBeLessThan(0.1);
      expect(Math.abs((elementSim ?? NaN) - (elementSimByChance ?? NaN))).toBeLessThan(0.1);
    }
  });

  test('but a copy of a file is the same network', () => {
    const original = of(layer('fc1', [0, 1]));
    const { pairs: copies } = compareReports(
      [
        { report: original, run: 'a' },
        { report: original, run: 'b' },
      ],
      1,
    );
    expect(copies[0]?.isOneRun).toBe(true);
  });
});

describe('layers that differ', () => {
  const comparison = compareReports(
    [
      {
        report: of(layer('fc1', [0, 1]), layer('fc3', [0, 1, 1]), {
          ...layer('combined', [0, 1]),
          kind: 'combined',
        }),
        run: 'a',
      },
      { report: of(layer('fc1', [0, 1], 0.5), layer('fc2', [0, 0]), layer('fc3', [0, 1])), run: 'b' },
    ],
    1,
  );

  test('stand in network order, the combined one last, with what each checkpoint has', () => {
    expect(comparison.layers.map(({ name, units }) => [name, ...units])).toEqual([
      ['fc1', 2, 2],
      ['fc2', null, 2],
      ['fc3', 3, 2],
      ['combined', 2, null],
    ]);
    expect(comparison.layers[0]?.results.map(({ forward_cov: found }) => found?.q)).toEqual([0.3, 0.5]);
    expect(comparison.layers[1]?.results[0]).toEqual({});
  });

  test('are compared where both have them with the same units', () => {
    expect(comparison.pairs[0]?.layers.map((found) => found !== null)).toEqual([true, false, false, false]);
  });

  test('a measure that one lacks is not compared', () => {
    const other = layerReport('fc1', { backward_jac: measureReport(0.2, [0, 1]) }, 2);
    const { measures, pairs } = compareReports(
      [
        { report: of(layer('fc1', [0, 1])), run: 'a' },
        { report: of(other), run: 'a' },
      ],
      1,
    );
    expect(measures).toEqual(['forward_cov', 'backward_jac']);
    expect(pairs[0]?.layers).toEqual([{}]);
  });
});

describe('changes', () => {
  test('name where units were and are; those that die or revive have moved, those that stay dead have not', () => {
    const { matches, moves } = changesOf(partition('0000 111 2..'), partition('1111 00. 1.0'));
    expect(matches).toEqual([
      { from: 0, to: 1, units: 4 },
      { from: 1, to: 0, units: 2 },
    ]);
    expect(moves).toEqual([
      { from: -1, to: 0, units: [9] },
      { from: 1, to: -1, units: [6] },
      { from: 2, to: 1, units: [7] },
    ]);
  });

  test('of dead layers there are none, and no agreement', () => {
    const dead = [-1, -1];
    const { pairs } = compareReports(
      [
        { report: of(layer('fc1', dead)), run: 'a' },
        { report: of(layer('fc1', dead)), run: 'a' },
      ],
      1,
    );
    expect(pairs[0]?.layers[0]?.forward_cov).toMatchObject({
      ...{ units: 0, elementSim: null, ami: null, matched: null, matchedByChance: null },
      changes: { matches: [], moves: [] },
    });
  });
});
