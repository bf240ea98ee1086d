import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { dict, pickle, str, tensor } from './pickle';
import { makeSafetensors } from './safetensors';
import { makeZip } from './zip';

// Checkpoints of gigabytes that take no room: what is not written is a hole, and reads as zeros.

/** A safetensors file with `size` bytes of tensors: one of all but the last four, and "small". */
export function sparseSafetensors(path: string, size: number): void {
  const big = size - 4;
  const header = {
    big: { dtype: 'F32', shape: [big / 4], data_offsets: [0, big] },
    small: { dtype: 'F32', shape: [1], data_offsets: [big, size] },
  };
  const start = makeSafetensors(header, new Uint8Array());
  writeWithHole(path, start, size, new Uint8Array());
}

/** torch.save's zip file of one tensor "big" of `size` bytes, below 4 GiB. */
export function sparseTorchZip(path: string, size: number): void {
  const numel = size / 4;
  const main = pickle(dict([str('big'), tensor({ numel, shape: [numel] })]));
  const entries = [
    { name: 'archive/data.pkl', data: main },
    { name: 'archive/version', data: Buffer.from('3\n') },
  ];
  const hole = {
    name: 'archive/data/0',
    data: new Uint8Array(),
    size,
    compressedSize: size,
    localSize: size,
  };
  const zip = makeZip([...entries, hole], { directoryShift: size });
  const directory = Buffer.from(zip).indexOf('PK\x01\x02', 0, 'latin1');
  writeWithHole(path, zip.subarray(0, directory), size, zip.subarray(directory));
}

function writeWithHole(path: string, start: Uint8Array, hole: number, end: Uint8Array): void {
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, start);
  ftruncateSync(descriptor, start.length + hole);
  writeSync(descriptor, end, 0, end.length, start.length + hole);
  closeSync(descriptor);
}
