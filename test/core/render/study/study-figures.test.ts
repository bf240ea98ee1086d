import { describe, expect, it } from 'vitest';
import { FIGURE_DEFAULTS, type FigureOptions } from '../../../../src/core/render/study/figure-options';
import { STUDY_FIGURES } from '../../../../src/core/render/study/study-figures';
import type { StudyCheckpoint, StudyData } from '../../../../src/core/study/study-data';
import { HOSTILE_NAMES } from '../example';
import { all, badNumbers, parseSvg, type SvgNode } from './svg-tree';
import { syntheticExamples } from './synthetic-matrices';
import { syntheticStudy, syntheticTrajectory } from './synthetic-study';

const study = syntheticStudy(2);
const sparse = syntheticStudy(1);
const trajectory = syntheticTrajectory();
const examples = syntheticExamples(study);

/** Every figure that a study has. */
function drawn(data: StudyData, options: FigureOptions): { id: string; svg: string; root: SvgNode }[] {
  return STUDY_FIGURES.filter(({ applies }) => applies(data, options)).map(({ id, draw }) => {
    const svg = draw(data, options);
    return { id, svg, root: parseSvg(svg) };
  });
}

const textsOf = (root: SvgNode): string[] => all(root, 'text').map(({ text }) => text);
const ids = (data: StudyData, options: FigureOptions): string[] => drawn(data, options).map(({ id }) => id);

const VARIANTS: readonly Partial<FigureOptions>[] = [
  {},
  { group: 'family' },
  { x: 'value' },
  { x: 'log', layers: 'each', runs: 'lines' },
  { x: 'percent', group: 'family', spread: 'bootstrap' },
  { runs: 'none', threshold: null, metric: 'vi', palette: 'cividis' },
];

describe('the figures of a study', () => {
  it('are those of the paper, and the trajectory', () => {
    expect(STUDY_FIGURES.flatMap(({ number }) => number ?? [])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(ids(study, { ...FIGURE_DEFAULTS, examples })).toHaveLength(10);
    expect(ids(trajectory, FIGURE_DEFAULTS)).toContain('trajectory');
  });

  it.each(VARIANTS)('are well-formed, say n and open checkpoints: %j', (variant) => {
    for (const data of [study, trajectory]) {
      const options = { ...FIGURE_DEFAULTS, examples: data === study ? examples : [], ...variant };
      for (const { id, svg, root } of drawn(data, options)) {
        expect(badNumbers(root), id).toEqual([]);
        expect(textsOf(root).join(' '), id).toMatch(/n = \d/);
        expect(textsOf(root).join(' '), id).not.toMatch(
          /NaN|undefined|Infinity|forward_|backward_|element_sim/,
        );
        expect(svg.length, id).toBeLessThan(3_000_000);
        for (const { attributes } of all(root, 'circle')) {
          const index = attributes['data-checkpoint'];
          if (index !== undefined) expect(data.checkpoints[Number(index)], id).toBeDefined();
        }
      }
    }
  });

  it('are the same bytes for the same study', () => {
    const again = syntheticStudy(2);
    const options: FigureOptions = { ...FIGURE_DEFAULTS, layers: 'each', spread: 'bootstrap' };
    const bytes = (data: StudyData): string[] => drawn(data, options).map(({ svg }) => svg);
    expect(bytes(again)).toEqual(bytes(study));
  });

  it('look at layers where they say so, and nowhere else', () => {
    for (const data of [study, trajectory]) {
      const options: FigureOptions = { ...FIGURE_DEFAULTS, examples: data === study ? examples : [] };
      for (const { id, byLayer, applies, draw } of STUDY_FIGURES) {
        if (!applies(data, options)) continue;
        const isSame = draw(data, options) === draw(data, { ...options, layers: 'each' });
        expect(isSame, id).toBe(!byLayer);
      }
    }
  });

  it.each(HOSTILE_NAMES)('show names out of files as text: %j', (name) => {
    const hostile: StudyData = {
      ...sparse,
      grouping: {
        ...sparse.grouping,
        factors: [
          { key: name, scale: 'category', values: [name, `${name}2`] },
          { key: 'drop', scale: 'linear', values: [0] },
        ],
      },
      layers: sparse.layers.map((layer, at) => (at === 0 ? { ...layer, name } : layer)),
      checkpoints: sparse.checkpoints.map((checkpoint, index) => ({
        ...checkpoint,
        path: name,
        values: { [name]: index % 2 === 0 ? name : `${name}2`, drop: 0 },
        layers: checkpoint.layers.map((layer, at) => (at === 0 ? { ...layer, name } : layer)),
      })),
    };
    for (const layers of ['pooled', 'each'] as const) {
      for (const { svg } of drawn(hostile, { ...FIGURE_DEFAULTS, layers })) {
        expect(svg).not.toContain('<script');
        expect(svg.length).toBeLessThan(3_000_000);
      }
    }
  });

  it('draw what there is, where there is little', () => {
    const bare = (checkpoint: StudyCheckpoint): StudyCheckpoint => ({
      ...checkpoint,
      untrained: null,
      stats: { l1Norm: 1, l2Norm: 1, nuclearNorm: null, sparsity: 0 },
      layers: checkpoint.layers.slice(0, 1).map((layer) => ({
        ...layer,
        agreement: [],
        methods: {
          ...(layer.methods.forward_cov && { forward_cov: { ...layer.methods.forward_cov, q: null } }),
        },
      })),
    });
    const little: StudyData = {
      ...study,
      measures: ['forward_cov'],
      layers: study.layers.slice(0, 1),
      untrained: new Map(),
      checkpoints: study.checkpoints.slice(0, 2).map(bare),
    };
    const figures = drawn(little, FIGURE_DEFAULTS);
    expect(figures.map(({ id }) => id)).toEqual(['performance', 'regularization']);
    for (const { root } of figures) expect(badNumbers(root)).toEqual([]);
    expect(ids({ ...little, checkpoints: [] }, FIGURE_DEFAULTS)).toEqual([]);
    // One checkpoint of each: no spread, no correlation.
    for (const layers of ['pooled', 'each'] as const) {
      const one = { ...study, checkpoints: study.checkpoints.slice(0, 1) };
      for (const { root } of drawn(one, { ...FIGURE_DEFAULTS, layers })) expect(badNumbers(root)).toEqual([]);
    }
  });

  it('say which layers not all checkpoints have', () => {
    const some: StudyData = {
      ...study,
      layers: study.layers.map((layer, at) => (at === 1 ? { ...layer, checkpoints: 20 } : layer)),
      checkpoints: study.checkpoints.map((checkpoint, index) =>
        index < 20 ? checkpoint : { ...checkpoint, layers: checkpoint.layers.filter((_, at) => at !== 1) },
      ),
    };
    const [figure] = drawn(some, { ...FIGURE_DEFAULTS, layers: 'each' }).filter(
      ({ id }) => id === 'regularization',
    );
    expect(figure === undefined ? [] : textsOf(figure.root)).toContain(
      `layer fc_layers.1 (in 20 of ${study.checkpoints.length} checkpoints)`,
    );
  });

  it('draw a sample of many runs one by one, and say so', () => {
    const many: StudyData = {
      ...study,
      checkpoints: Array.from({ length: 15 }, (_, copy) =>
        study.checkpoints.map((checkpoint) => ({ ...checkpoint, run: `${checkpoint.run} ${copy}` })),
      ).flat(),
    };
    const options: FigureOptions = { ...FIGURE_DEFAULTS, threshold: null };
    for (const { id, root, svg } of drawn(many, options)) {
      expect(svg.length, id).toBeLessThan(2_000_000);
      if (id !== 'regularization') continue;
      // 16 panels of 400 runs at most; those of the shared baseline stand on three curves.
      const indices = all(root, 'circle').flatMap(({ attributes }) => attributes['data-checkpoint'] ?? []);
      expect(new Set(indices).size).toBe(400);
      const said = textsOf(root).join(' ');
      expect(said).toContain(`Of ${many.checkpoints.length} runs a random sample of 400 is drawn one by one`);
      expect(said).toContain('n = 30 runs');
    }
  });
});
