import { describe, expect, it } from 'vitest';
import { FIGURE_DEFAULTS, type FigureOptions } from '../../../../src/core/render/study/figure-options';
import { STUDY_FIGURES } from '../../../../src/core/render/study/study-figures';
import { lastOfRuns } from '../../../../src/core/study/curves';
import type { StudyData } from '../../../../src/core/study/study-data';
import { all, nodesOf, parseSvg, placeOf, type SvgNode, tipOf } from './svg-tree';
import { syntheticStudy } from './synthetic-study';

const OPTIONS: FigureOptions = { ...FIGURE_DEFAULTS, threshold: null, x: 'value' };

/** Dropout alone, one measure, one layer. */
function small(): StudyData {
  const study = syntheticStudy(4);
  const factors = study.grouping.factors.filter(({ key }) => key === 'drop');
  const layers = study.layers.slice(0, 1);
  return {
    ...study,
    grouping: { ...study.grouping, factors },
    measures: ['forward_jac'],
    layers,
    checkpoints: study.checkpoints
      .filter(({ values }) => values['l1'] === 0 && values['l2'] === 1e-5)
      .map((checkpoint) => ({ ...checkpoint, layers: checkpoint.layers.slice(0, 1) })),
  };
}

function draw(id: string, data: StudyData, options = OPTIONS): SvgNode {
  const figure = STUDY_FIGURES.find((one) => one.id === id);
  if (figure === undefined) throw new Error(id);
  return parseSvg(figure.draw(data, options));
}

/** From pixels to values, by two labelled ticks of an axis. */
function ruler(
  root: SvgNode,
  isTick: (node: SvgNode) => boolean,
  along: 'x' | 'y',
  shift: number,
): (pixel: number) => number {
  const ticks = all(root, 'text').filter(isTick);
  const [a, b] = [ticks[0], ticks[1]];
  if (a === undefined || b === undefined) throw new Error('too few ticks');
  const pixelOf = ({ attributes }: SvgNode): number => Number(attributes[along]) - shift;
  const [low, high] = [Number(a.text), Number(b.text)];
  return (pixel) => low + ((pixel - pixelOf(a)) / (pixelOf(b) - pixelOf(a))) * (high - low);
}

const isY = ({ attributes, text }: SvgNode): boolean =>
  attributes['text-anchor'] === 'end' && /^0\.\d+$/.test(text);
const isX = ({ attributes, text }: SvgNode): boolean =>
  attributes['text-anchor'] === 'middle' && attributes['font-size'] === '10' && /^0\.\d$/.test(text);

describe('marks of curves', () => {
  const data = small();
  const root = draw('regularization', data);
  // A tick's label stands 3.5 pixels below its place.
  const q = ruler(root, isY, 'y', 3.5);
  const drop = ruler(root, isX, 'x', 0);
  const valuesAt = (value: number): number[] =>
    lastOfRuns(data)
      .filter(({ checkpoint }) => checkpoint.values['drop'] === value)
      .map(({ checkpoint }) => checkpoint.layers[0]?.methods.forward_jac?.q ?? NaN);

  it('stand at the mean of the runs, at the value of the hyper-parameter', () => {
    const markers = all(root, 'path').filter(
      (node) => tipOf(node).startsWith('dropout') && tipOf(node).includes(': Q '),
    );
    expect(markers).toHaveLength(15);
    markers.forEach((marker, at) => {
      const value = 0.05 * at;
      const values = valuesAt(data.grouping.factors[0]!.values[at] as number);
      const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
      const sd = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1));
      expect(drop(placeOf(marker).x)).toBeCloseTo(value, 2);
      expect(q(placeOf(marker).y)).toBeCloseTo(mean, 2);
      expect(tipOf(marker)).toBe(
        `dropout ${Number(value.toFixed(2))}: Q ${Number(mean.toPrecision(3))} ± ${Number((sd / 2).toPrecision(3))}, n = 4 runs`,
      );
    });
  });

  it('have a dot for every run, which opens it', () => {
    const dots = all(root, 'circle').filter((node) => tipOf(node).includes(': Q '));
    expect(dots).toHaveLength(60);
    for (const { attributes } of dots) {
      const { layers, values } = data.checkpoints[Number(attributes['data-checkpoint'])]!;
      expect(q(Number(attributes['cy']))).toBeCloseTo(layers[0]?.methods.forward_jac?.q ?? NaN, 2);
      expect(drop(Number(attributes['cx']))).toBeCloseTo(values['drop'] as number, 2);
    }
  });

  it('have a band of 1, 2 and 3 standard deviations of untrained networks', () => {
    const band = all(root, 'g').find((node) => tipOf(node).startsWith('untrained networks: mean')) ?? root;
    const [distribution] = data.untrained.values();
    const values = (distribution?.layers[0]?.methods.forward_jac?.q ?? []).map((one) => one ?? NaN);
    expect(values).toHaveLength(100);
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1));
    const shades = all(band, 'rect').map(({ attributes }) => ({
      high: q(Number(attributes['y'])),
      low: q(Number(attributes['y']) + Number(attributes['height'])),
    }));
    expect(shades).toHaveLength(3);
    [3, 2, 1].forEach((k, at) => {
      expect(shades[at]!.high).toBeCloseTo(mean + k * sd, 3);
      expect(shades[at]!.low).toBeCloseTo(mean - k * sd, 3);
    });
    expect(q(Number(all(band, 'line')[0]?.attributes['y1']))).toBeCloseTo(mean, 3);
  });

  it('have bars to one standard error, or to the ends of a bootstrap', () => {
    const lengths = (spread: FigureOptions['spread']): number[] => {
      const drawn = draw('regularization', data, { ...OPTIONS, spread, runs: 'none' });
      return all(drawn, 'line')
        .filter(({ attributes: { x1, x2, ['stroke-width']: width } }) => x1 === x2 && width === '1.2')
        .map(({ attributes }) => Math.abs(Number(attributes['y1']) - Number(attributes['y2'])));
    };
    const [se, bootstrap] = [lengths('se'), lengths('bootstrap')];
    expect(se).toHaveLength(30); // of Q and of clusters
    // 95 % of four runs: some three standard errors to each side.
    const ratio =
      bootstrap.slice(0, 15).reduce((sum, one) => sum + one, 0) /
      se.slice(0, 15).reduce((sum, one) => sum + one, 0);
    expect(ratio).toBeGreaterThan(1.5);
    expect(ratio).toBeLessThan(5);
  });

  it('join runs of a seed by thin lines', () => {
    const drawn = draw('regularization', data, { ...OPTIONS, runs: 'lines' });
    const thin = [...nodesOf(drawn)].filter(
      ({ name, attributes }) => name === 'g' && attributes['stroke-width'] === '0.8',
    );
    expect(thin.map((group) => all(group, 'path').length)).toEqual([4, 4]);
    expect(all(drawn, 'circle')).toEqual([]);
  });

  it('leave out runs below the threshold, and say how many', () => {
    const strict = draw('regularization', data, { ...OPTIONS, threshold: 0.97 });
    const failed = data.checkpoints.filter(({ stats }) => (stats.test?.accuracy ?? 1) < 0.97).length;
    expect(failed).toBeGreaterThan(5);
    const dots = all(strict, 'circle').filter((node) => tipOf(node).includes(': Q '));
    expect(dots).toHaveLength(60 - failed);
    const said = all(strict, 'text')
      .map(({ text }) => text)
      .join(' ');
    expect(said).toContain(`Runs below 97 % accuracy are left out (${failed} of 60).`);
  });
});
