import type { Shape } from '../tensor/shape';

/** Channels first; a picture without a dimension of channels has one. @param channels null where any would do */
export function pictureShape(sampleShape: Shape, channels: number | null): Shape {
  if (sampleShape.length === 2) return [1, ...sampleShape];
  const [first, second, last] = sampleShape;
  if (first === undefined || second === undefined || last === undefined) return sampleShape;
  return last === channels && first !== channels ? [last, first, second] : sampleShape;
}
