import { isMeasure } from '../core/measures';
import type { AssociationRange } from '../core/render/association-figure';
import { compareReports } from '../core/study/comparison';
import { describeCheckpoints } from '../core/study/describe';
import type { MatrixPicture } from '../matrix-messages';
import type { HostMethods } from '../protocol';
import type { CallContext } from '../rpc';
import { matrixOf, readReport, type StoredMatrix, withMatrix } from '../store/results';
import { matrixPicture, orderOf, type PictureOrder, rangeOf } from './picture';

/** Of the shuffles: the same checkpoints always give the same numbers. */
const SEED = 0;

/** Compares stored results. Of one run are checkpoints that their names and the records beside them put into one. */
export async function compareResults({
  compared,
}: HostMethods['compare']['input']): Promise<HostMethods['compare']['output']> {
  const runs = await describeCheckpoints(compared.map(({ checkpoint }) => checkpoint));
  const reports = await Promise.all(compared.map(({ folder }) => readReport(folder)));
  return compareReports(
    reports.map((report, i) => ({ report, run: runs[i]!.run })),
    SEED,
  );
}

/** Wider, a picture shows no more where several stand side by side. */
const WIDEST = 1024;

/** Matrices of several results as pictures of one range, so that their colours can be compared. */
export async function comparedPictures(
  { folders, layer, method, scale, order }: HostMethods['comparedPictures']['input'],
  { transfer, signal }: CallContext<never>,
): Promise<HostMethods['comparedPictures']['output']> {
  const has = await Promise.all(folders.map((folder) => hasMatrix(folder, layer, method)));
  // One matrix in memory at a time: each is read twice, first for the range of all.
  const each = async <T>(use: (stored: StoredMatrix) => Promise<T>): Promise<(T | null)[]> => {
    const results: (T | null)[] = [];
    for (const [i, folder] of folders.entries()) {
      signal.throwIfAborted();
      results.push(has[i] === true ? await withMatrix(folder, layer, method, use) : null);
    }
    return results;
  };
  let first: PictureOrder | null = null;
  const ranges = await each(async (stored) => {
    const matrix = await matrixOf(stored);
    first ??= orderOf(matrix, stored.result.clusters);
    return rangeOf(matrix, scale);
  });
  const range = commonRange(ranges.filter((one) => one !== null));
  const pictures = await each(async (stored): Promise<MatrixPicture> => {
    const matrix = await matrixOf(stored);
    // Where there are other units, there is no order that both have.
    const isSame = order === 'first' && first?.order.length === matrix.size;
    return matrixPicture(matrix, stored.result.clusters, {
      ...{ scale, widest: WIDEST, range },
      order: isSame && first !== null ? structuredClone(first) : undefined,
    });
  });
  transfer(...pictures.flatMap((picture) => picture?.levels.map(({ bytes }) => bytes.buffer) ?? []));
  return pictures;
}

async function hasMatrix(folder: string, layer: string, measure: string): Promise<boolean> {
  const { layers } = await readReport(folder);
  const methods = layers.find(({ name }) => name === layer)?.methods;
  return isMeasure(measure) && (methods?.[measure]?.matrix ?? null) !== null;
}

/** Weaker ties than a ten-thousandth of the strongest are noise beside it. */
const DECADES = 1e-4;

/** That holds all of them. @param ranges of at least one matrix */
function commonRange(ranges: readonly AssociationRange[]): AssociationRange {
  const high = Math.max(...ranges.map((range) => range.high));
  const low = Math.min(...ranges.map((range) => range.low));
  return {
    low: low > 0 ? Math.max(low, high * DECADES) : low,
    high,
    clipped: ranges.some(({ clipped }) => clipped),
  };
}
