import { describe, expect, it } from 'vitest';
import { type Measure, MEASURES } from '../../../../src/core/measures';
import { CURVE_DEFAULTS } from '../../../../src/core/study/curves';
import {
  type AgreementBlock,
  agreementBlocks,
  blockOf,
} from '../../../../src/core/study/findings/agreement-blocks';
import { modularityLevels } from '../../../../src/core/study/findings/modularity-levels';
import { distributionOf, type NullNetwork } from '../../../../src/core/study/null-distribution';
import type { StudyAgreement, StudyData } from '../../../../src/core/study/study-data';
import { exampleCheckpoint, exampleStudy, exampleStudyLayer } from '../study-example';

type ValueOf = (a: Measure, b: Measure) => number | null;

function agreement(valueOf: ValueOf): StudyAgreement[] {
  return MEASURES.flatMap((a, at) =>
    MEASURES.slice(at + 1).map((b) => ({ a, b, metrics: { element_sim: valueOf(a, b) } })),
  );
}

const QS = { forward_cov: 0.3 };

/** Runs whose agreement is that of a function of the run, in two layers; six untrained networks. */
function study(
  runs: number,
  trained: (run: number, layer: number) => ValueOf,
  untrained: (network: number, layer: number) => ValueOf,
): StudyData {
  const networks = Array.from({ length: 6 }, (_, network): NullNetwork => ({
    layers: ['fc0', 'fc1'].map((name, layer) => ({
      name,
      methods: { forward_cov: { q: 0.1 + network / 100 + layer, clusters: 2 } },
      agreement: agreement(untrained(network, layer)).map((pair) => ({
        ...pair,
        metrics: { ...pair.metrics },
      })),
    })),
  }));
  const checkpoints = Array.from({ length: runs }, (_, run) =>
    exampleCheckpoint(
      { seed: run },
      {
        untrained: 'key',
        layers: [
          exampleStudyLayer('fc0', QS, agreement(trained(run, 0))),
          exampleStudyLayer('fc1', { forward_cov: 0.7 }, agreement(trained(run, 1))),
          {
            ...exampleStudyLayer(
              'combined',
              QS,
              agreement(() => 1),
            ),
            isCombined: true,
          },
        ],
      },
    ),
  );
  return exampleStudy([], checkpoints, new Map([['key', distributionOf('untrained', networks)]]));
}

function block(data: StudyData, changes: Partial<AgreementBlock>): AgreementBlock {
  const wanted = { metric: 'element_sim', layer: null, ownForms: false, ...changes };
  const found = agreementBlocks(data, CURVE_DEFAULTS).filter((one) =>
    Object.entries(wanted).every(([key, value]) => one[key as keyof AgreementBlock] === value),
  );
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} such blocks`);
  return only;
}

describe('agreement in blocks', () => {
  /** A measure and its own form agree by 0.9, a family by 0.5, across by 0.2; a little more in later runs and layers. */
  const data = study(
    6,
    (run, layer) => (a, b) =>
      (a === b.replace('_norm', '') ? 0.9 : blockOf(a, b) === 'across' ? 0.2 : 0.5) + run / 100 + layer / 10,
    (network, layer) => (_, b) => (b.startsWith('backward') ? 0.3 : 0.1) + network / 100 + layer / 10,
  );

  it('have the pairs of different measures, with and without the own forms', () => {
    const blocks = agreementBlocks(data, CURVE_DEFAULTS).filter(({ layer }) => layer === null);
    expect(blocks.map((one) => [one.block, one.ownForms, one.pairs])).toEqual([
      ['upstream', true, 6],
      ['upstream', false, 4],
      ['downstream', true, 6],
      ['downstream', false, 4],
      ['across', false, 16],
    ]);
  });

  it('are means over pairs and layers, then over runs', () => {
    const { trained, untrained, difference } = block(data, { block: 'upstream', ownForms: true });
    // (4 · 0.5 + 2 · 0.9) / 6, half a tenth for the second layer, and the mean of 0 … 5 hundredths.
    expect(trained.n).toBe(6);
    expect(trained.mean).toBeCloseTo(3.8 / 6 + 0.05 + 0.025, 12);
    expect(untrained.networks).toBe(6);
    expect(untrained.mean).toBeCloseTo(0.1 + 0.05 + 0.025, 12);
    expect(difference.mean).toBeCloseTo(3.8 / 6 - 0.1, 12);
    expect(difference.sd).toBeCloseTo(Math.sqrt(3.5) / 100, 12);
    // Six runs of the same sign: 2 of 2⁶ choices of signs; five blocks are corrected together.
    expect(difference.p).toBe(2 / 64);
    expect(difference.pHolm).toBe((5 * 2) / 64);
    expect(difference.interval?.[0]).toBeGreaterThan(0.5);
  });

  it("subtract the same layer's untrained mean", () => {
    for (const [layer, name] of ['fc0', 'fc1'].entries()) {
      const { trained, untrained } = block(data, { block: 'across', layer: name });
      expect(trained.mean).toBeCloseTo(0.2 + 0.025 + layer / 10, 12);
      expect(untrained.mean).toBeCloseTo(0.3 + 0.025 + layer / 10, 12);
    }
  });

  it('leave out runs of which a pair is undefined, and do without untrained networks', () => {
    const gaps = study(
      3,
      (run) => (a) => (run === 1 && a === 'forward_cov' ? null : 0.5),
      () => () => 0.1,
    );
    expect(block(gaps, { block: 'upstream' }).trained.n).toBe(2);
    expect(block(gaps, { block: 'downstream' }).trained.n).toBe(3);
    const alone = block({ ...gaps, untrained: new Map() }, { block: 'downstream' });
    expect(alone.trained).toMatchObject({ n: 3, mean: 0.5 });
    expect(alone.untrained).toEqual({ networks: 0, mean: null, se: null });
    expect(alone.difference).toMatchObject({ n: 0, mean: null, p: null, pHolm: null });
  });
});

describe('the level of Q', () => {
  it('is set beside that of untrained networks, each of which is averaged over layers', () => {
    const data = study(
      2,
      () => () => 0,
      () => () => 0,
    );
    const levels = modularityLevels(data, CURVE_DEFAULTS);
    expect(levels.map(({ measure, layer }) => [measure, layer])).toEqual([
      ['forward_cov', null],
      ['forward_cov', 'fc0'],
      ['forward_cov', 'fc1'],
      ['forward_cov', 'combined'],
    ]);
    const [whole, , second, combined] = levels;
    expect(whole?.trained).toMatchObject({ n: 2, mean: 0.5 });
    // 0.1 … 0.15, and 1 more in the second layer.
    expect(whole?.untrained.mean).toBeCloseTo(0.625, 12);
    expect(whole?.untrained.se).toBeCloseTo(Math.sqrt(3.5 / 6) / 100, 12);
    expect(whole?.difference.mean).toBeCloseTo(-0.125, 12);
    expect(second?.difference.mean).toBeCloseTo(0.7 - 1.125, 12);
    expect(combined?.difference.n).toBe(0);
  });
});
