import { Random } from '../../base/random';
import { plural } from '../../base/text';
import type { Measure } from '../../measures';
import {
  accuracyOf,
  type Curve,
  curveOf,
  type CurvePoint,
  isUsable,
  lastOfRuns,
  overLayers,
  type Summary,
  type ValueOf,
} from '../../study/curves';
import type { Factor } from '../../study/groups';
import { wordOf } from '../../study/groups/sentence';
import type { Scalar } from '../../study/describe';
import type { StudyCheckpoint, StudyData, StudyLayer } from '../../study/study-data';
import type { Compared } from '../../study/findings/correlations';
import type { FigureOptions } from './figure-options';
import { valueText } from './plot-axis';
import type { CurveMark, RunMark } from './plot-marks';

// From the runs of a study to the marks of its curves.

/** A curve's marks, and the numbers of all of them. */
export interface Series {
  readonly curve: Curve;
  readonly means: readonly CurveMark[];
  readonly points: readonly RunMark[];
  /** Of replicates with the same seed, from value to value; none where nothing tells which belong together. */
  readonly lines: readonly (readonly RunMark[])[];
}

/** More runs than these are a grey mass, and slow to show: a sample of them is drawn. */
export const MOST_RUNS = 400;

/** Which checkpoints are drawn one by one: all, or a sample where they are many. */
export function shownRuns(data: StudyData, seed: number): ReadonlySet<number> {
  const indices = lastOfRuns(data).map(({ index }) => index);
  return new Set(sampleOf(indices, MOST_RUNS, seed));
}

/** As many as there may be, drawn without replacement. */
export function sampleOf(items: readonly number[], most: number, seed: number): number[] {
  if (items.length <= most) return [...items];
  const shuffled = [...items];
  new Random(seed).shuffle(shuffled);
  return shuffled.slice(0, most);
}

/** A bootstrap takes time, and is made where its intervals are drawn. */
export const bootstrapSeed = ({ spread, seed }: FigureOptions): number | null =>
  spread === 'bootstrap' ? seed : null;

/** Ends of the error bar of a mean; null where it has none. */
export function endsOf(
  { mean, se, interval }: Summary,
  spread: FigureOptions['spread'],
): readonly [number, number] | null {
  if (spread === 'bootstrap') return interval;
  return mean === null || se === null ? null : [mean - se, mean + se];
}

/**
 * A number of a study's runs against a factor.
 * @param places of the factor's values on the axis
 * @param what is shown, for tips: "Q"
 */
export function seriesOf(
  data: StudyData,
  factor: Factor,
  places: ReadonlyMap<Scalar, number>,
  what: string,
  valueOf: ValueOf,
  options: FigureOptions,
  shown: ReadonlySet<number>,
): Series {
  const curve = curveOf(data, factor, valueOf, {
    threshold: options.threshold,
    seed: bootstrapSeed(options),
  });
  const name = wordOf(factor.key);
  const at = ({ value }: CurvePoint): number => places.get(value) ?? 0;
  const means = curve.points.flatMap((point): CurveMark[] => {
    if (point.mean === null) return [];
    const ends = endsOf(point, options.spread);
    const size = point.se === null ? '' : ` ± ${numeral(point.se)}`;
    const tip = `${name} ${valueText(point.value)}: ${what} ${numeral(point.mean)}${size}, n = ${plural(point.n, 'run')}`;
    return [{ x: at(point), y: point.mean, ends, tip }];
  });
  const points =
    options.runs === 'none'
      ? []
      : curve.points.flatMap((point) =>
          point.runs
            .filter(({ checkpoint }) => shown.has(checkpoint))
            .map(({ checkpoint, y }) => ({
              x: at(point),
              y,
              checkpoint,
              tip: `${name} ${valueText(point.value)}: ${what} ${numeral(y)}`,
            })),
        );
  const lines = options.runs === 'lines' ? linesOf(data, points) : [];
  return { curve, means, points: lines.length > 0 ? [] : points, lines };
}

/** Points of the same replicate, joined from left to right. */
function linesOf({ checkpoints, grouping }: StudyData, points: readonly RunMark[]): RunMark[][] {
  if (grouping.replicates.length === 0) return [];
  const lines = new Map<string, RunMark[]>();
  for (const point of points) {
    const values = checkpoints[point.checkpoint]?.values ?? {};
    const key = JSON.stringify(grouping.replicates.map((replicate) => values[replicate] ?? null));
    const line = lines.get(key);
    if (line === undefined) lines.set(key, [point]);
    else line.push(point);
  }
  return [...lines.values()].map((line) => line.sort((a, b) => a.x - b.x)).filter((line) => line.length > 1);
}

/** All numbers that a series' marks have, for the ends of an axis. */
export function extentOf(series: Series): number[] {
  return [
    ...series.means.flatMap(({ y, ends }) => (ends === null ? [y] : [y, ...ends])),
    ...series.points.map(({ y }) => y),
    ...series.lines.flatMap((line) => line.map(({ y }) => y)),
  ];
}

/** Three digits, for tips. */
export const numeral = (value: number): string => String(Number(value.toPrecision(3)));

/** A layer, or all of a network's own layers, averaged. */
export interface LayerChoice {
  readonly heading: string | null;
  /** Names of the layers that are averaged. */
  readonly names: readonly string[];
  readonly of: (valueOf: (layer: StudyLayer) => number | null | undefined) => ValueOf;
}

/** What a figure is repeated for: once with layers pooled, or for each of them. */
export function layerChoices(
  { layers, checkpoints }: StudyData,
  options: Pick<FigureOptions, 'layers'>,
): LayerChoice[] {
  const own = layers.filter(({ isCombined }) => !isCombined).map(({ name }) => name);
  if (options.layers === 'pooled') {
    const of: LayerChoice['of'] = (valueOf) => (checkpoint) => overLayers(checkpoint, valueOf);
    return [{ heading: null, names: own, of }];
  }
  return layers.map(({ name, isCombined, checkpoints: having }) => ({
    heading:
      layerWords(name, isCombined) +
      (having === checkpoints.length ? '' : ` (in ${having} of ${plural(checkpoints.length, 'checkpoint')})`),
    names: [name],
    of: (valueOf) => (checkpoint: StudyCheckpoint) => {
      const layer = checkpoint.layers.find((one) => one.name === name);
      return layer === undefined ? null : (valueOf(layer) ?? null);
    },
  }));
}

export const layerWords = (name: string, isCombined: boolean): string =>
  isCombined ? 'all hidden layers combined' : `layer ${name}`;

/** What is shown of a measure's clusters; null where there was nothing to cluster. */
export function quantityOf(measure: Measure, quantity: Compared): (layer: StudyLayer) => number | null {
  return ({ methods }) => {
    const found = methods[measure];
    return found === undefined || found.q === null ? null : found[quantity];
  };
}

/** How many runs a figure's means stand for: "n = 3–9 runs". */
export function runCounts(counts: Iterable<number>): string {
  let [least, most] = [Infinity, 0];
  for (const n of counts) {
    least = Math.min(least, n);
    most = Math.max(most, n);
  }
  if (most === 0) return 'n = 0 runs';
  return least === most ? `n = ${plural(most, 'run')}` : `n = ${least}–${most} runs`;
}

/** Runs that are left out because they did not learn: "Runs below 80 % test accuracy are left out (12 of 270)." */
export function thresholdWords(data: StudyData, threshold: number | null): string {
  if (threshold === null) return '';
  const runs = lastOfRuns(data);
  if (runs.every(({ checkpoint }) => accuracyOf(checkpoint) === null))
    return 'No run has an accuracy, so that none is left out.';
  const left = runs.filter(({ checkpoint }) => !isUsable(checkpoint, threshold)).length;
  const percent = numeral(100 * threshold);
  return left === 0
    ? `No run is below ${percent} % accuracy.`
    : `Runs below ${percent} % accuracy are left out (${left} of ${runs.length}).`;
}
