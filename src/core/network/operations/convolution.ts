import { type Engine, outputLength } from '../../tensor/engine';
import { sizeOf } from '../../tensor/shape';
import { channelsFirst, type Grid, type ImageShape } from './channels-last';
import { type ImageStep, imageRunner } from './image-step';
import type { LinearMap } from './kernel';
import { type Phase, phasesOf } from './phases';
import type { Window } from './window';

/** A convolution of groups of channels, each with filters of its own. */
export interface GroupedConvolution {
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
