import { type Convolution, type Engine, Scratch } from '../../tensor/engine';
import { sizeOf } from '../../tensor/shape';
import { addImage, channelsLast, type Grid, type ImageShape } from './channels-last';

/** Floats that are rearranged at a time, so that they stay in a cache. */
const CHUNK = 1 << 20;

/** An image in every row, convolved by the engine and added to an image of another row. */
export interface ImageStep {
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
export function imageRunner(
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
