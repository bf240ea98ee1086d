import { InputError } from '../base/error';
import type { Dataset, Scaling } from './dataset';

/** Channels of a sample: the first of three dimensions (channel, row, column); without it there is one. */
export function channelsOf(sampleShape: readonly number[]): number {
  return sampleShape.length === 3 ? sampleShape[0]! : 1;
}

/** Values in one sample. */
export function sampleSize(sampleShape: readonly number[]): number {
  return sampleShape.reduce((product, size) => product * size, 1);
}

/** @throws InputError where mean or std have neither one value nor one per channel */
export function checkScaling({ path, sampleShape, scaling: { mean, std } }: Dataset): void {
  const channels = channelsOf(sampleShape);
  for (const [name, values] of Object.entries({ mean, std })) {
    if (values !== undefined && values.length !== 1 && values.length !== channels)
      throw new InputError(
        path,
        `the length of ${name} is ${values.length}, and the number of channels ${channels} (samples are of ${sampleShape.join(' × ')})`,
        'Give one value per channel, or one for all',
      );
  }
}

/**
 * Samples `first` to `first + count` as the network takes them, into the beginning of `out`: as torchvision's
 * ToTensor and Normalize do, every step rounded to float32.
 * @param out at least count × the size of a sample
 */
export function fillInputs(
  { inputs, sampleShape, scaling }: Pick<Dataset, 'inputs' | 'sampleShape' | 'scaling'>,
  first: number,
  count: number,
  out: Float32Array,
): void {
  const size = sampleSize(sampleShape);
  const channels = channelsOf(sampleShape);
  const plane = size / channels;
  const scales = Array.from({ length: channels }, (_, channel) => scaleOf(scaling, channel));
  // A byte has 256 values: each is scaled once, then looked up.
  const tables =
    inputs instanceof Uint8Array
      ? scales.map((scale) => Float32Array.from({ length: 256 }, (_, value) => scale(value)))
      : null;
  for (let to = 0; to < count * size; to += plane) {
    const from = first * size + to;
    const channel = (to / plane) % channels;
    if (tables === null) {
      const scale = scales[channel]!;
      for (let i = 0; i < plane; i++) out[to + i] = scale(inputs[from + i]!);
    } else {
      const table = tables[channel]!;
      for (let i = 0; i < plane; i++) out[to + i] = table[inputs[from + i]!]!;
    }
  }
}

function scaleOf({ divisor, mean, std }: Scaling, channel: number): (stored: number) => number {
  const shift = Math.fround(ofChannel(mean, channel) ?? 0);
  const spread = Math.fround(ofChannel(std, channel) ?? 1);
  return (stored) => Math.fround(Math.fround(Math.fround(stored / divisor) - shift) / spread);
}

function ofChannel(values: readonly number[] | undefined, channel: number): number | undefined {
  return values?.[values.length === 1 ? 0 : channel];
}
