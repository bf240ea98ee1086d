import type { Checkpoint } from '../../src/core/checkpoint/checkpoint';
import { openLocalFile } from '../../src/core/file/local';
import { openNpy } from '../../src/core/file/npy';
import { loadParameters } from '../../src/core/network/model';
import type { Network } from '../../src/core/network/network';
import { Program } from '../../src/core/network/program';
import { naiveEngine } from './naive-engine';

/** The logits of samples, one after the other; sums in float64, everything else in float32. */
export async function logitsOf(
  checkpoint: Checkpoint,
  network: Network,
  x: Float32Array,
  samples: number,
): Promise<Float32Array> {
  const { nodes, hidden } = network;
  const parameters = await loadParameters(checkpoint, network);
  const program = new Program({ kind: 'graph', nodes, hidden, parameters }, naiveEngine);
  const values = program.forward(x, samples).values.at(-1);
  return values?.slice(0, samples * (nodes.at(-1)?.shape[0] ?? 0)) ?? new Float32Array();
}

/** The values of a .npy file and its shape. */
export async function readNpy(
  path: string,
): Promise<{ shape: readonly number[]; data: Float32Array | Float64Array }> {
  const file = await openLocalFile(path);
  try {
    return await (await openNpy(file)).read();
  } finally {
    await file.close();
  }
}

/** The largest difference of two lists of numbers. */
export function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} values and ${b.length}`);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)));
  return most;
}
