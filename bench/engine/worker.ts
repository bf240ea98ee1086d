import { parentPort } from 'node:worker_threads';
import { startEngine } from '../../src/compute/backends';
import type { Convolution, Engine } from '../../src/core/tensor/engine';
import { type Method, portOf, serve } from '../../src/rpc';

// The entry of a worker thread that times the engine alone.

/** The answers of the timings are the seconds of the fastest of `repeats` runs. */
export interface EngineMethods {
  /** Starts the engine as `auto` does. The input is where the .wasm files lie. */
  start: Method<string, null>;
  /** Multiplies two matrices of `size` × `size`. */
  multiply: Method<{ size: number; repeats: number }, number>;
  /** A convolution 3 × 3 of `rows` images of `side` × `side` with so many channels, in and out. */
  convolve: Method<{ side: number; channels: number; rows: number; repeats: number }, number>;
}

const thread = parentPort;
if (thread === null) throw new Error('worker.ts runs in a worker thread');

let engine: Engine | null = null;

serve<EngineMethods>(portOf(thread), {
  start: async (folder) => {
    engine = await startEngine('auto', folder);
    return null;
  },
  multiply: ({ size, repeats }) => {
    const a = waves(size * size);
    const out = new Float32Array(size * size);
    return fastest(repeats, (engine) => {
      engine.multiply(a, a, size, size, size, out);
    });
  },
  convolve: ({ side, channels, rows, repeats }) => {
    const x = waves(rows * side * side * channels);
    const filter = waves(9 * channels * channels);
    const out = new Float32Array(x.length);
    const geometry: Convolution = {
      ...{ height: side, width: side, channels, filters: channels },
      ...{ kernel: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1] },
    };
    return fastest(repeats, (engine) => {
      engine.convolve(x, filter, rows, geometry, out);
    });
  },
});

function waves(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i));
}

/** Seconds of the fastest of some runs. */
function fastest(repeats: number, run: (engine: Engine) => void): number {
  if (engine === null) throw new Error('the engine was not started');
  let seconds = Infinity;
  for (let i = 0; i < repeats; i++) {
    const from = performance.now();
    run(engine);
    seconds = Math.min(seconds, (performance.now() - from) / 1000);
  }
  return seconds;
}
