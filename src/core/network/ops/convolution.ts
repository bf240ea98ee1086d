import { type Convolution, type Engine, outputLength, Scratch } from '../../tensor/engine';
import { sizeOf } from '../../tensor/shape';
import type { LinearMap } from './rules';
import { addImage, channelsFirst, channelsLast, type Grid, type ImageShape, type Window } from './window';

/** A convolution of groups of channels, each with filters of its own. */
interface GroupedConvolution {
  /** [filters, channels / groups, kernel height, kernel width]. */
  readonly weight: Float32Array;
  readonly window: Window;
  readonly input: ImageShape;
  readonly output: ImageShape;
  readonly groups: number;
}

/**
 * By the engine. The transpose is made of convolutions too, with channels and filters swapped and taps turned round:
 * an engine's own transpose may be far slower.
 */
export function convolution(engine: Engine, whole: GroupedConvolution): LinearMap {
  const groups = Array.from({ length: whole.groups }, (_, group) => group);
  const forward = groups.map((group) => forwardStep(whole, group));
  const transposed = groups.flatMap((group) => transposedSteps(whole, group));
  const run = imageRunner(engine);
  return {
    apply(x, rows, out) {
      out.fill(0, 0, rows * sizeOf(whole.output));
      for (const step of forward) run(step, x, rows, out);
    },
    applyTransposed(y, rows, into) {
      for (const step of transposed) run(step, y, rows, into);
    },
  };
}

/** What of the channels and of the results is one group's. */
function parts({ input, output, groups }: GroupedConvolution, group: number): [image: Part, result: Part] {
  const part = ([channels, height, width]: ImageShape): Part => {
    const shape: ImageShape = [channels / groups, height, width];
    return { shape, grid: channelsFirst(shape, group * sizeOf(shape)) };
  };
  return [part(input), part(output)];
}

interface Part {
  readonly shape: ImageShape;
  readonly grid: Grid;
}

function forwardStep(whole: GroupedConvolution, group: number): ImageStep {
  const [image, result] = parts(whole, group);
  const { kernel, strides, dilations, pads } = whole.window;
  const [channels, height, width] = image.shape;
  const filters = result.shape[0];
  // The engine takes strides or dilations: where there are both, results in between are computed and left out.
  const both = Math.max(...strides) > 1 && Math.max(...dilations) > 1;
  const stride = both ? ([1, 1] as const) : strides;
  const [top, left, bottom, right] = pads;
  const taps = kernel.map((size) => Array.from({ length: size }, (_, tap) => tap));
  return {
    of: { height, width, channels, filters, kernel, strides: stride, dilations, pads },
    filter: filterOf(whole, group, taps, 'channels first'),
    source: image.grid,
    sourceRow: sizeOf(whole.input),
    result: [
      filters,
      outputLength(height, kernel[0], top + bottom, stride[0], dilations[0]),
      outputLength(width, kernel[1], left + right, stride[1], dilations[1]),
    ],
    taken: result.shape,
    apart: both ? strides : [1, 1],
    target: result.grid,
    targetRow: sizeOf(whole.output),
  };
}

/** One step for every pair of a vertical and a horizontal phase. */
function transposedSteps(whole: GroupedConvolution, group: number): ImageStep[] {
  const [image, result] = parts(whole, group);
  const { kernel, strides, dilations, pads } = whole.window;
  const phases = (side: 0 | 1): readonly Phase[] =>
    phasesOf({
      length: whole.input[side + 1]!,
      results: whole.output[side + 1]!,
      kernel: kernel[side],
      stride: strides[side],
      dilation: dilations[side],
      pad: pads[side],
    });
  return phases(0).flatMap((vertical) =>
    phases(1).map((horizontal): ImageStep => {
      const [filters, height, width] = result.shape;
      const [channels] = image.shape;
      const { start, row, column, channel } = image.grid;
      const reached: ImageShape = [channels, vertical.count, horizontal.count];
      return {
        of: {
          ...{ height, width, channels: filters, filters: channels },
          kernel: [vertical.taps.length, horizontal.taps.length],
          strides: [1, 1],
          dilations: [vertical.dilation, horizontal.dilation],
          pads: [vertical.pads[0], horizontal.pads[0], vertical.pads[1], horizontal.pads[1]],
        },
        filter: filterOf(whole, group, [vertical.taps, horizontal.taps], 'filters first'),
        source: result.grid,
        sourceRow: sizeOf(whole.output),
        result: reached,
        taken: reached,
        apart: [1, 1],
        target: {
          start: start + vertical.first * row + horizontal.first * column,
          row: row * strides[0],
          column: column * strides[1],
          channel,
        },
        targetRow: sizeOf(whole.input),
      };
    }),
  );
}

/** Those taps of a group's weights, null being 0, as [taps, taps, channels, filters] or [taps, taps, filters, channels]. */
function filterOf(
  { weight, window, input, output, groups }: GroupedConvolution,
  group: number,
  [vertical = [], horizontal = []]: readonly (readonly (number | null)[])[],
  order: 'channels first' | 'filters first',
): Float32Array {
  const [channels, filters] = [input[0] / groups, output[0] / groups];
  const [height, width] = window.kernel;
  const [ofChannel, ofFilter] = order === 'channels first' ? [filters, 1] : [1, channels];
  const filter = new Float32Array(vertical.length * horizontal.length * channels * filters);
  let start = 0;
  for (const y of vertical) {
    for (const x of horizontal) {
      if (y !== null && x !== null) {
        for (let f = 0; f < filters; f++) {
          for (let c = 0; c < channels; c++) {
            const at = (((group * filters + f) * channels + c) * height + y) * width + x;
            filter[start + c * ofChannel + f * ofFilter] = weight[at]!;
          }
        }
      }
      start += channels * filters;
    }
  }
  return filter;
}

/** Floats that are rearranged at a time, so that they stay in a cache. */
const CHUNK = 1 << 20;

/** An image in every row, convolved by the engine and added to an image of another row. */
interface ImageStep {
  readonly of: Convolution;
  /** [kernel height, kernel width, channels, filters]. */
  readonly filter: Float32Array;
  /** Of the first row, and how long a row is. */
  readonly source: Grid;
  readonly sourceRow: number;
  /** The engine's result. */
  readonly result: ImageShape;
  /** How much of it is taken, every so many values. */
  readonly taken: ImageShape;
  readonly apart: readonly [vertical: number, horizontal: number];
  /** Where that is added in the first row, and how long a row is. */
  readonly target: Grid;
  readonly targetRow: number;
}

/** Runs steps on so many rows. */
function imageRunner(
  engine: Engine,
): (step: ImageStep, from: Float32Array, rows: number, to: Float32Array) => void {
  const images = new Scratch();
  const results = new Scratch();
  return (step, from, rows, to) => {
    const { of, result, source, target, apart } = step;
    const shape: ImageShape = [of.channels, of.height, of.width];
    const [before, after] = [sizeOf(shape), sizeOf(result)];
    const all = channelsLast(result, 0);
    const grid = { ...all, row: all.row * apart[0], column: all.column * apart[1] };
    const chunk = Math.max(1, Math.floor(CHUNK / (before + after)));
    for (let first = 0; first < rows; first += chunk) {
      const count = Math.min(chunk, rows - first);
      const x = images.take(count * before);
      const y = results.take(count * after);
      x.fill(0, 0, count * before);
      for (let row = 0; row < count; row++) {
        const start = source.start + (first + row) * step.sourceRow;
        addImage(from, { ...source, start }, x, channelsLast(shape, row * before), shape);
      }
      engine.convolve(x, step.filter, count, of, y);
      for (let row = 0; row < count; row++) {
        const start = target.start + (first + row) * step.targetRow;
        addImage(y, { ...grid, start: row * after }, to, { ...target, start }, step.taken);
      }
    }
  };
}

/** Positions φ, φ + stride, … along one side of an image, and how a convolution's transpose reaches them. */
interface Phase {
  readonly first: number;
  readonly count: number;
  /** Taps of the kernel in the order in which they meet the results, or null for none. */
  readonly taps: readonly (number | null)[];
  readonly dilation: number;
  /** Zeros before and after the results. */
  readonly pads: readonly [before: number, after: number];
}

/**
 * Takes the transpose of a strided convolution apart, along one side: the positions φ + stride · q of one φ are met by
 * few taps, t₀, t₀ + step, …, and are a convolution of the results with these, of stride 1. So no product with an
 * inserted zero is computed. Position i is met by tap t of result o where i = stride · o + dilation · t − pad.
 * @returns phases that any tap meets
 */
function phasesOf(side: {
  readonly length: number;
  readonly results: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
}): readonly Phase[] {
  const { length, results, kernel, stride, dilation, pad } = side;
  const divisor = greatestCommonDivisor(stride, dilation);
  const [step, apart] = [stride / divisor, dilation / divisor];
  const phases: Phase[] = [];
  for (let first = 0; first < Math.min(stride, length); first++) {
    const count = Math.ceil((length - first) / stride);
    let start = 0;
    while (start < kernel && (first + pad - start * dilation) % stride !== 0) start++;
    if (start === kernel) continue;
    // Position q of the phase meets result q + shift − j · apart with tap start + j · step, j = 0 … last.
    const shift = (first + pad - start * dilation) / stride;
    const last = Math.floor((kernel - 1 - start) / step);
    // Where results see nothing but padding, taps of zeros keep the padding around the results from being negative.
    const lowest = Math.min(0, Math.floor((count + shift - results) / apart));
    const highest = Math.max(last, Math.ceil(shift / apart));
    const taps = Array.from({ length: highest - lowest + 1 }, (_, k) => {
      const j = highest - k;
      return j < 0 || j > last ? null : start + j * step;
    });
    const before = highest * apart - shift;
    phases.push({
      first,
      count,
      taps,
      dilation: apart,
      pads: [before, count - results + shift - lowest * apart],
    });
  }
  return phases;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
