import { InputError } from '../base/error';

/** Class numbers of one-hot rows; one value per sample is left as it is. @throws InputError for rows of anything else */
export function fromOneHot(
  values: ArrayLike<number>,
  samples: number,
  path: string,
  name: string,
): ArrayLike<number> {
  const width = values.length / samples;
  if (width === 1) return values;
  return Int32Array.from({ length: samples }, (_, sample) => {
    const row = Array.from({ length: width }, (_, i) => values[sample * width + i]!);
    if (row.filter((value) => value === 1).length !== 1 || row.some((value) => value !== 0 && value !== 1))
      throw new InputError(
        path,
        `${name} has ${width} values for a sample, and those of sample ${sample} are not one 1 among zeros`,
        'Store the class numbers, or one-hot rows',
      );
    return row.indexOf(1);
  });
}
