import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../core/base/error';
import type { SquareMatrix } from '../core/base/matrix';
import { withFile } from '../core/file/local';
import { encodeNpy, openNpy } from '../core/file/npy';
import { inOrder, type Measure } from '../core/measures';
import type { PaletteName } from '../core/render/colours';
import { fileNames } from '../core/render/report-files';
import type { ExampleMatrix } from '../core/render/study/example-matrices';
import { paintExamples, type ReducedMatrix, reduceExample } from '../core/render/study/example-pictures';
import type { Report } from '../core/report';
import { examplesOf } from '../core/study/examples';
import type { Entry, Manifest } from '../core/study/manifest';
import type { StudyData, StudyLayer } from '../core/study/study-data';
import { writeStored } from './stored-json';
import type { StudyFolder } from './study-folder';

// Association matrices of a study's examples: matrices/KEY/LAYER.MEASURE.npy, float32, beside the result of the same key. They are
// written before it, so that they are there where it is.

/** Layers of more units are not kept: there may be a hundred matrices, and of so many units each would be larger than 1 MB. */
export const MOST_UNITS = 512;

const isKept = ({ units, isCombined }: { units: number; isCombined: boolean }): boolean =>
  !isCombined && units <= MOST_UNITS;

/** @throws ResultFolderError where they cannot be written */
export async function writeExampleMatrices(
  folder: StudyFolder,
  key: string,
  { layers }: Report,
  matrices: ReadonlyMap<string, ReadonlyMap<Measure, SquareMatrix>>,
): Promise<void> {
  const names = fileNames(layers.map(({ name }) => name));
  for (const [at, { name, kind, units }] of layers.entries()) {
    if (!isKept({ units, isCombined: kind === 'combined' })) continue;
    for (const [measure, { size, data }] of matrices.get(name) ?? []) {
      const path = matrixPath(folder.at('matrices', key), names[at]!, measure);
      await writeStored(path, encodeNpy(Float32Array.from(data), [size, size]));
    }
  }
}

function matrixPath(folder: string, layer: string, measure: Measure): string {
  return join(folder, `${layer}.${measure}.npy`);
}

/** The folder of the matrices of an entry, LAYER.MEASURE.npy; null where it has none. */
export type MatricesOf = (entry: Entry, index: number) => Promise<string | null>;

/** Those that were kept in a study's own folder. */
export function keptMatrices(folder: StudyFolder): MatricesOf {
  return async ({ id }) => {
    const pointer = await folder.readPointer(id);
    return pointer === null ? null : folder.at('matrices', pointer.key);
  };
}

/** Pictures of those matrices of a study's examples that are there. */
export async function readExamples(
  matricesOf: MatricesOf,
  manifest: Manifest,
  { checkpoints, measures }: StudyData,
  palette: PaletteName,
): Promise<ExampleMatrix[]> {
  const places = new Map(checkpoints.map(({ path }, index) => [path, index]));
  const reduced: ReducedMatrix[] = [];
  // The first of which there are matrices is shown in all orders.
  let isFirst = true;
  for (const { index } of examplesOf(manifest)) {
    const entry = manifest.checkpoints[index]!;
    const checkpoint = places.get(entry.path);
    const folder = await matricesOf(entry, index);
    if (checkpoint === undefined || folder === null) continue;
    const present = await readdir(folder).catch(() => []);
    if (present.length === 0) continue;
    const { layers } = checkpoints[checkpoint]!;
    const names = fileNames(layers.map(({ name }) => name));
    for (const [at, layer] of layers.entries()) {
      if (!isKept(layer)) continue;
      const found = new Map<Measure, SquareMatrix>();
      for (const measure of inOrder(measures)) {
        const matrix = await readMatrix(matrixPath(folder, names[at]!, measure), layer.units);
        if (matrix !== null) found.set(measure, matrix);
      }
      reduced.push(...reducedOf(checkpoint, layer, found, isFirst));
    }
    isFirst = false;
  }
  return paintExamples(reduced, palette);
}

/** In the order of a measure's own clusters; in all orders and in none as well where that is asked. */
function reducedOf(
  checkpoint: number,
  { name, methods }: StudyLayer,
  matrices: ReadonlyMap<Measure, SquareMatrix>,
  inAllOrders: boolean,
): ReducedMatrix[] {
  const orders = [...matrices].flatMap(([measure, by]) => {
    const labels = methods[measure]?.labels;
    return labels === undefined ? [] : [{ measure, labels, by }];
  });
  return orders.flatMap(({ measure, by: matrix }) => {
    const source = { checkpoint, layer: name, measure, matrix };
    const own = orders.filter((order) => inAllOrders || order.measure === measure);
    return [
      ...(inAllOrders ? [reduceExample(source, null)] : []),
      ...own.map((order) => reduceExample(source, order)),
    ];
  });
}

/** null where there is none, or it is not of that many units. */
async function readMatrix(path: string, units: number): Promise<SquareMatrix | null> {
  try {
    return await withFile(path, async (file) => {
      const array = await openNpy(file);
      const { shape } = array.header;
      if (shape.length !== 2 || shape[0] !== units || shape[1] !== units) return null;
      const { data } = await array.read();
      return { size: units, data: Float64Array.from(data) };
    });
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
