import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SquareMatrix } from '../../../src/core/base/matrix';
import { withFile } from '../../../src/core/file/local';
import { openNpz } from '../../../src/core/file/npy';

const FOLDER = join(import.meta.dirname, '../../fixtures/modularity');

/** A graph, and what leidenalg found of it. */
interface ReferenceGraph {
  readonly name: string;
  readonly matrix: SquareMatrix;
  /** The highest Q of ten runs of leidenalg, at each resolution. */
  readonly known: readonly { readonly resolution: number; readonly q: number }[];
}

/** The graphs that test/fixtures/make_modularity.py has made. */
export async function referenceGraphs(): Promise<ReferenceGraph[]> {
  const names = JSON.parse(readFileSync(join(FOLDER, 'graphs.json'), 'utf8')) as string[];
  return withFile(join(FOLDER, 'graphs.npz'), async (file) => {
    const arrays = await openNpz(file);
    const read = async (name: string): Promise<number[]> => {
      const array = arrays.get(name);
      if (array === undefined) throw new Error(`no array ${name}`);
      return Array.from((await array.read()).data, Number);
    };
    const nodes = await read('nodes');
    const counts = await read('edge_counts');
    const ends = await read('ends');
    const weights = await read('weights');
    const resolutions = await read('resolutions');
    const q = await read('q');
    let at = 0;
    return names.map((name, g) => {
      const size = nodes[g]!;
      const data = new Float64Array(size * size);
      for (const last = at + counts[g]!; at < last; at++) {
        const [i, j] = [ends[2 * at]!, ends[2 * at + 1]!];
        data[i * size + j] = data[j * size + i] = weights[at]!;
      }
      const known = resolutions.map((resolution, k) => ({
        resolution,
        q: q[g * resolutions.length + k]!,
      }));
      return { name, matrix: { size, data }, known };
    });
  });
}
