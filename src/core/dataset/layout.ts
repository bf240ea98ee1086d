import type { Assumption } from '../base/assumption';
import { type Shape, sizeOf } from '../tensor/shape';
import type { Dataset, DatasetSource } from './dataset';
import { checkScaling } from './inputs';

/**
 * A data set as a network takes it, in the likeliest of its readings that fit; the others that fit are its readings.
 * @param inputShape of the network, [channels, rows, columns] or flat; null where any would do
 * @returns null where none fits
 */
export function fitted(source: DatasetSource, inputShape: Shape | null): DatasetSource | null {
  const { readings = [], ...likeliest } = source;
  const [first, ...others] = [likeliest, ...readings]
    .flatMap((each) => inBothLayouts(each, inputShape))
    .flatMap((each) => fittedReading(each, inputShape) ?? []);
  if (first === undefined) return null;
  return others.length === 0 ? first : { ...first, readings: others };
}

/** Samples in one row are images channel by channel or pixel by pixel: nothing in them says which. */
function inBothLayouts(source: DatasetSource, inputShape: Shape | null): DatasetSource[] {
  const { sampleShape, layout, assumptions = [], reading } = source;
  const isOpen =
    layout === null && sampleShape.length === 1 && inputShape?.length === 3 && inputShape[0] !== 1;
  if (!isOpen || sizeOf(sampleShape) !== sizeOf(inputShape)) return [source];
  return (['NCHW', 'NHWC'] as const).map((taken) => {
    const assumption = layoutTaken(taken);
    return {
      ...source,
      layout: taken,
      reading: { ...reading, layout: taken },
      assumptions: [...assumptions, assumption],
      load: async (samples) => {
        const dataset = await source.load(samples);
        return { ...dataset, assumptions: [...(dataset.assumptions ?? []), assumption] };
      },
    };
  });
}

function layoutTaken(layout: 'NCHW' | 'NHWC'): Assumption {
  const order = layout === 'NCHW' ? 'channel by channel, as in PyTorch' : 'pixel by pixel, as in Keras';
  return {
    name: 'layout',
    says: `The values of a sample were taken ${order}.`,
    otherwise: 'In the other order, loss, accuracy and all measures differ.',
    fix: `Set "layout" of "data" in modscope.json to "${layout}" to settle it, or to "${layout === 'NCHW' ? 'NHWC' : 'NCHW'}".`,
  };
}

/**
 * A data set as a network takes it. Loading it moves channels from last to first where they are stored last, and checks
 * mean and std. Where nobody says how samples of three dimensions are laid out, they are channels last if only so they
 * fit the network.
 * @param inputShape of the network, [channels, rows, columns] or flat; null where any would do
 * @returns null where it does not fit
 */
function fittedReading(source: DatasetSource, inputShape: Shape | null): DatasetSource | null {
  const stored = storedShape(source, inputShape);
  const channelsLast = source.layout === null ? isChannelsLast(stored, inputShape) : source.layout === 'NHWC';
  const moved = channelsLast && stored.length === 3;
  const shape = moved ? channelsFirst(stored) : stored;
  if (inputShape !== null && !isAccepted(shape, inputShape)) return null;
  // A flat sample has the channels of the network it is for.
  const sampleShape = shape.length === 1 && inputShape !== null ? inputShape : shape;
  return {
    ...source,
    sampleShape,
    layout: 'NCHW', // as it is loaded from here on
    load: async (samples) => {
      const loaded = await source.load(samples);
      const dataset = { ...loaded, sampleShape, inputs: moved ? planes(loaded, stored[2]!) : loaded.inputs };
      checkScaling(dataset);
      return dataset;
    },
  };
}

/** The shape as stored. Flat samples that the user calls channels last have the network's sizes in that order. */
function storedShape({ sampleShape, layout }: DatasetSource, inputShape: Shape | null): Shape {
  const isFlatChannelsLast = layout === 'NHWC' && sampleShape.length === 1 && inputShape?.length === 3;
  if (!isFlatChannelsLast || sizeOf(sampleShape) !== sizeOf(inputShape)) return sampleShape;
  return [inputShape[1]!, inputShape[2]!, inputShape[0]!];
}

function isChannelsLast(stored: Shape, inputShape: Shape | null): boolean {
  if (inputShape === null || stored.length !== 3 || isEqual(stored, inputShape)) return false;
  return isEqual(channelsFirst(stored), inputShape);
}

/** [rows, columns, channels] as [channels, rows, columns] */
function channelsFirst(shape: Shape): Shape {
  return [shape[2]!, shape[0]!, shape[1]!];
}

function isEqual(a: Shape, b: Shape): boolean {
  return a.join() === b.join();
}

/** Whether a network of `inputShape` takes samples of a shape without rearranging them. */
function isAccepted(shape: Shape, inputShape: Shape): boolean {
  const flat = shape.length === 1 || inputShape.length === 1;
  return flat ? sizeOf(shape) === sizeOf(inputShape) : isEqual(withoutOnes(shape), withoutOnes(inputShape));
}

function withoutOnes(shape: Shape): Shape {
  return shape.filter((size) => size !== 1);
}

/** [samples, positions, channels] as [samples, channels, positions] */
function planes({ inputs, samples }: Dataset, channels: number): Dataset['inputs'] {
  const size = inputs.length / samples;
  const positions = size / channels;
  const out = inputs.slice();
  for (let sample = 0; sample < samples; sample++) {
    let from = sample * size;
    for (let position = 0; position < positions; position++) {
      for (let channel = 0; channel < channels; channel++)
        out[sample * size + channel * positions + position] = inputs[from++]!;
    }
  }
  return out;
}
