import { type Shape, sizeOf } from '../../tensor/shape';
import type { Conv } from './conv';
import type { Dense } from './dense';

/** A weight of a dense or convolutional layer as a matrix of units and what comes in. */
export interface IncomingWeights {
  readonly rows: number;
  readonly columns: number;
  /** Whether units are the columns, as Keras stores them, and not the rows. */
  readonly unitsLast: boolean;
  /** Weights of one unit. */
  readonly inputs: number;
}

/** How the incoming weights of units lie in a weight of this shape. */
export function incomingWeights(operation: Dense | Conv, shape: Shape): IncomingWeights {
  const { layout = 'oihw' } = operation;
  const unitsLast = layout !== 'out_in' && layout !== 'oihw';
  // Of depthwise convolutions in Keras's layout, units are the last two dimensions.
  const split = !unitsLast ? 1 : layout === 'hwcm' ? 2 : shape.length - 1;
  const [rows, columns] = [sizeOf(shape.slice(0, split)), sizeOf(shape.slice(split))];
  return { rows, columns, unitsLast, inputs: unitsLast ? rows : columns };
}
