import { InputError } from '../error';
import type { Dataset, DatasetOptions, Scaling } from './dataset';

/** Channels of a sample: the first of three dimensions (channel, row, column); without it there is one. */
export function channelsOf(sampleShape: readonly number[]): number {
  return sampleShape.length === 3 ? sampleShape[0]! : 1;
}

/** Values in one sample. */
export function sampleSize(sampleShape: readonly number[]): number {
  return sampleShape.reduce((product, size) => product * size, 1);
}

/** @throws InputError where mean or std don't have one value per channel */
export function scalingOf(
  path: string,
  inputs: Uint8Array | Float32Array,
  sampleShape: readonly number[],
  { mean, std }: DatasetOptions,
): Scaling {
  const channels = channelsOf(sampleShape);
  for (const [name, values] of Object.entries({ mean, std })) {
    if (values !== undefined && values.length !== channels)
      throw new InputError(
        path,
        `the length of ${name} is ${values.length}, and the number of its channels ${channels}`,
        'Give one value per channel',
      );
  }
  return { divisor: inputs instanceof Uint8Array ? 255 : 1, mean, std };
}

/**
 * Samples `first` to `first + count` as the network takes them, into the beginning of `out`: as torchvision's
 * ToTensor and Normalize do, every step rounded to float32.
 * @param out at least count × the size of a sample
 */
export function fillInputs(dataset: Dataset, first: number, count: number, out: Float32Array): void {
  const { inputs, sampleShape } = dataset;
  const size = sampleSize(sampleShape);
  const channels = channelsOf(sampleShape);
  const plane = size / channels;
  const scales = Array.from({ length: channels }, (_, channel) => scaleOf(dataset.scaling, channel));
  if (inputs instanceof Uint8Array) {
    // A byte has 256 values: scale each once, then look up.
    const tables = scales.map((scale) => Float32Array.from({ length: 256 }, (_, value) => scale(value)));
    for (let plain = 0; plain < count * channels; plain++) {
      const table = tables[plain % channels]!;
      const from = first * size + plain * plane;
      for (let i = 0; i < plane; i++) out[plain * plane + i] = table[inputs[from + i]!]!;
    }
    return;
  }
  for (let plain = 0; plain < count * channels; plain++) {
    const scale = scales[plain % channels]!;
    const from = first * size + plain * plane;
    for (let i = 0; i < plane; i++) out[plain * plane + i] = scale(inputs[from + i]!);
  }
}

function scaleOf({ divisor, mean, std }: Scaling, channel: number): (stored: number) => number {
  const shift = Math.fround(mean?.[channel] ?? 0);
  const spread = Math.fround(std?.[channel] ?? 1);
  return (stored) => Math.fround(Math.fround(Math.fround(stored / divisor) - shift) / spread);
}
