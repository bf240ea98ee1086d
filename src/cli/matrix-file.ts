import { InputError } from '../core/base/error';
import type { SquareMatrix } from '../core/base/matrix';
import { withFile } from '../core/file/with-file';
import { openNpy } from '../core/numpy/npy';

/** Reads a square matrix from a .npy file. @throws InputError where it is not one */
export async function readMatrix(path: string): Promise<SquareMatrix> {
  return withFile(path, async (file) => {
    const array = await openNpy(file);
    const { shape } = array.header;
    const [size] = shape;
    if (size === undefined || shape.length !== 2 || shape[1] !== size) {
      throw new InputError(path, `is not a square matrix: its shape is (${shape.join(', ')})`);
    }
    return { size, data: Float64Array.from((await array.read()).data) };
  });
}
