import { describe, expect, it } from 'vitest';
import { labelOf, type Measure } from '../../../../src/core/measures';
import { FIGURE_DEFAULTS } from '../../../../src/core/render/study/figure-options';
import { STUDY_FIGURES } from '../../../../src/core/render/study/study-figures';
import { isUsable, lastOfRuns } from '../../../../src/core/study/curves';
import { untrainedValues } from '../../../../src/core/study/findings/untrained-networks';
import { all, parseSvg, type SvgNode, tipOf } from './svg-tree';
import { syntheticExamples } from './synthetic-matrices';
import { syntheticStudy } from './synthetic-study';

const study = syntheticStudy(2);
const examples = syntheticExamples(study);

function draw(id: string): SvgNode {
  const figure = STUDY_FIGURES.find((one) => one.id === id);
  if (figure === undefined) throw new Error(id);
  return parseSvg(figure.draw(study, { ...FIGURE_DEFAULTS, examples }));
}

const textsOf = (root: SvgNode): string[] => all(root, 'text').map(({ text }) => text);

/** What cells say of two things, matrix after matrix. */
function said(root: SvgNode, a: string, b: string): number[] {
  const words = `${a} and ${b}: `;
  return all(root, 'g')
    .map(tipOf)
    .filter((tip) => tip.startsWith(words))
    .map((tip) => Number(tip.slice(words.length)));
}
const saidOf = (root: SvgNode, a: Measure, b: Measure): number[] => said(root, labelOf(a), labelOf(b));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const BASELINE: Readonly<Record<string, number>> = { l2: 1e-5, l1: 0, drop: 0 };

/** By the squares of differences of ranks, of values without ties. */
function spearman(a: readonly number[], b: readonly number[]): number {
  const rank = (values: readonly number[], value: number): number =>
    values.filter((other) => other < value).length;
  const n = a.length;
  const squares = a.reduce((sum, value, i) => sum + (rank(a, value) - rank(b, b[i]!)) ** 2, 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}

describe('matrices of measures', () => {
  it('are the means over runs, of untrained networks, and of the differences', () => {
    const [a, b] = ['forward_cov', 'forward_jac'] as const;
    const trained = lastOfRuns(study)
      .filter(({ checkpoint }) => isUsable(checkpoint, 0.8))
      .map(({ checkpoint: { layers } }) =>
        mean(
          layers
            .filter(({ isCombined }) => !isCombined)
            .map(({ agreement }) => agreement.find((pair) => pair.a === a && pair.b === b))
            .map((pair) => pair?.metrics['element_sim'] ?? NaN),
        ),
      );
    const root = draw('agreement');
    const [untrained = NaN, absolute = NaN, difference = NaN] = saidOf(root, a, b);
    expect(untrained).toBeCloseTo(0.278, 4);
    expect(absolute).toBeCloseTo(mean(trained), 3);
    expect(difference).toBeCloseTo(mean(trained) - 0.278, 3);
    // Either way round.
    expect(saidOf(root, b, a)).toEqual([untrained, absolute, difference]);
  });

  it('are there for evenly spaced usable values of each hyper-parameter', () => {
    const texts = textsOf(draw('agreement-by-value'));
    // As they are, and minus untrained networks. L2 and L1 end where networks no longer learn.
    for (const title of ['L2 10⁻⁵', 'L2 0.01', 'L1 0', 'L1 0.00316', 'dropout 0', 'dropout 0.7'])
      expect(texts.filter((text) => text === title)).toHaveLength(2);
    expect(texts).not.toContain('L2 0.1');
  });

  it('correlate Q over the runs of each hyper-parameter, layer by layer', () => {
    const values = saidOf(draw('measures'), 'forward_jac', 'forward_jac_norm');
    expect(values).toHaveLength(9);
    // A row for each layer, a column for each hyper-parameter: the last is dropout.
    const { factors } = study.grouping;
    ['fc_layers.0', 'fc_layers.1', 'combined'].forEach((layer, row) => {
      factors.forEach(({ key }, column) => {
        const runs = lastOfRuns(study).filter(
          ({ checkpoint }) =>
            isUsable(checkpoint, 0.8) &&
            factors.every(
              (other) => other.key === key || checkpoint.values[other.key] === BASELINE[other.key],
            ),
        );
        const qs = (measure: Measure): number[] =>
          runs.map(
            ({ checkpoint }) =>
              checkpoint.layers.find(({ name }) => name === layer)?.methods[measure]?.q ?? NaN,
          );
        const rho = spearman(qs('forward_jac'), qs('forward_jac_norm'));
        expect(values[3 * row + column]).toBeCloseTo(rho, 3);
      });
    });
  });

  it('correlate metrics by ranks and by values', () => {
    const root = draw('metrics');
    expect(textsOf(root)).toContain("Spearman's rank correlation");
    expect(textsOf(root)).toContain("Pearson's linear correlation");
    const correlations = said(root, 'element-centric similarity', 'variation of information');
    expect(correlations).toHaveLength(2);
    const [spearman = 0, pearson = 0] = correlations;
    expect(spearman).toBeLessThan(-0.5);
    expect(pearson).toBeLessThan(-0.5);
    expect(spearman).not.toBe(pearson);
  });
});

describe('histograms of untrained networks', () => {
  it('have every network of a layer in one bin', () => {
    const shares = new Map<string, number>();
    for (const tip of all(draw('untrained'), 'rect').map(tipOf)) {
      const [, layer, share] = /^(\S+): .* in ([\d.]+) % of the networks$/.exec(tip) ?? [];
      if (layer !== undefined) shares.set(layer, (shares.get(layer) ?? 0) + Number(share));
    }
    // Of 8 measures, in percent each.
    expect([...shares.values()].map(Math.round)).toEqual([800, 800, 800]);
  });

  it('are of the layers that are asked for, averaged within each network', () => {
    const [distribution] = study.untrained.values();
    if (distribution === undefined) throw new Error('none');
    const [first, second] = distribution.layers.map(({ methods }) => methods.forward_cov?.q ?? []);
    const both = untrainedValues(distribution, 'forward_cov', 'q', ['fc_layers.0', 'fc_layers.1']);
    expect(both).toHaveLength(100);
    expect(both[7]).toBeCloseTo(((first?.[7] ?? NaN) + (second?.[7] ?? NaN)) / 2, 12);
    expect(untrainedValues(distribution, 'forward_cov', 'q', ['other'])).toEqual([]);
  });
});

describe('pictures of association matrices', () => {
  it('have one scale for all checkpoints of a measure and layer', () => {
    const ends = new Map<string, Set<number>>();
    for (const { layer, measure, high } of examples) {
      const key = `${layer} ${measure}`;
      ends.set(key, (ends.get(key) ?? new Set()).add(high));
    }
    expect(ends.size).toBe(16);
    for (const one of ends.values()) expect(one.size).toBe(1);
  });

  it('show each measure in the order of each, and unsorted', () => {
    const images = all(draw('association'), 'image').map(({ attributes }) => attributes['href']);
    expect(images).toHaveLength(8 + 64);
    // Clusters are outlined where they are in order, and not where units are as they come.
    expect(examples.find(({ orderedBy }) => orderedBy === null)?.segments).toEqual([]);
    const sorted = examples.find(({ orderedBy }) => orderedBy === 'forward_jac');
    expect(sorted?.segments.reduce((sum, { size }) => sum + size, 0)).toBe(64);
  });

  it('are titled with Q along each hyper-parameter', () => {
    const texts = textsOf(draw('examples'));
    for (const title of ['L2 10⁻⁵', '0.1', 'L1 0', '0.01', 'dropout 0', '0.7'])
      expect(texts).toContain(title);
    const baseline = study.checkpoints[0]?.layers[0]?.methods.forward_jac?.q ?? NaN;
    // It is the start of all three; another measure may have the same Q.
    const found = texts.filter((text) => text === `Q = ${baseline.toFixed(3)}`);
    expect(found.length).toBeGreaterThanOrEqual(3);
  });
});
