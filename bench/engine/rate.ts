import { join } from 'node:path';
import { WorkerPool } from '../../src/compute/worker-pool';
import type { EngineMethods } from './worker';

/** Beside it lie the .wasm files; see scripts/bench.mjs. */
const DIST = join(__dirname, '..');

/**
 * Floating-point operations per second of the embedded or native engine, on every worker at once.
 * @param operations of one run of the task
 */
export async function engineRate<K extends 'multiply' | 'convolve'>(
  workers: number,
  task: K,
  input: EngineMethods[K]['input'],
  operations: number,
): Promise<number> {
  const pool = new WorkerPool<EngineMethods>(join(DIST, 'bench/engine/worker.cjs'), workers);
  try {
    await pool.runOnEach('start', DIST);
    const seconds = await pool.runOnEach(task, input);
    return seconds.reduce((sum, s) => sum + operations / s, 0);
  } finally {
    await pool.close();
  }
}
