import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/core/base/random';
import { makeSafetensors } from './safetensors';

/** Inputs, hidden units of each layer, classes. */
const SIZES = [8, 6, 5, 3] as const;
const SAMPLES = 60;

/** The checkpoints of a tiny study, from where it lies. */
export const TINY_GLOB = 'runs/*.safetensors';
/** What makes their analysis a matter of milliseconds, null networks included. */
export const TINY_OPTIONS = [
  ...['--data', 'data.csv', '--methods', 'forward_cov,backward_jac', '--solver', 'louvain'],
  ...['--nulls', 'untrained:10'],
];

/** Writes data and so many checkpoints of dense networks with random weights, three replicates to a value of dropout. */
export function makeTinyStudy(folder: string, count: number): void {
  const random = new Random(1);
  const rows = Array.from({ length: SAMPLES }, (_, sample) =>
    [...Array.from({ length: SIZES[0] }, () => random.normal().toFixed(4)), sample % SIZES[3]].join(','),
  );
  const header = [...Array.from({ length: SIZES[0] }, (_, input) => `x${input}`), 'label'].join(',');
  writeFileSync(join(folder, 'data.csv'), `${[header, ...rows].join('\n')}\n`);
  mkdirSync(join(folder, 'runs'));
  for (let at = 0; at < count; at++) {
    const name = `drop=${(Math.floor(at / 3) / 100).toFixed(2)}_run=${at % 3}`;
    writeFileSync(join(folder, 'runs', `${name}.safetensors`), network(random));
  }
}

function network(random: Random): Uint8Array {
  const values: number[] = [];
  const header: Record<string, object> = {};
  const add = (name: string, shape: readonly number[]): void => {
    const start = 4 * values.length;
    const size = shape.reduce((product, length) => product * length, 1);
    for (let i = 0; i < size; i++) values.push(random.normal() / Math.sqrt(SIZES[0]));
    header[name] = { dtype: 'F32', shape, data_offsets: [start, 4 * values.length] };
  };
  SIZES.slice(1).forEach((outputs, layer) => {
    add(`layers.${layer}.weight`, [outputs, SIZES[layer]!]);
    add(`layers.${layer}.bias`, [outputs]);
  });
  return makeSafetensors(header, new Uint8Array(Float32Array.from(values).buffer));
}
