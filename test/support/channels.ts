/** [samples, height, width, channels] as [samples, channels, height, width]; what is no image stays as it is. */
export function channelsFirst(shape: readonly number[], data: ArrayLike<number>): Float32Array {
  const [samples = 1, height = 1, width = 1, channels = 1] = shape;
  if (shape.length !== 4) return Float32Array.from(data);
  const positions = height * width;
  const out = new Float32Array(data.length);
  for (let sample = 0, from = 0; sample < samples; sample++)
    for (let position = 0; position < positions; position++)
      for (let channel = 0; channel < channels; channel++, from++)
        out[(sample * channels + channel) * positions + position] = data[from]!;
  return out;
}
