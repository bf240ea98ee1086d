import type { Checkpoint } from '../../src/core/checkpoint/checkpoint';
import { pythonPickleReader } from '../../src/core/checkpoint/formats/python/python-pickle';
import { torchLegacyReader } from '../../src/core/checkpoint/formats/torch/torch-legacy';
import { torchZipReader } from '../../src/core/checkpoint/formats/torch/torch-zip';
import { MemoryFile } from './memory-file';
import { bytes, int, pickle, str, tuple, u64 } from './pickle';
import { makeZip, type Part } from './zip';

/** Eight bytes, two floats: what `tensor()` wants by default. */
export const TWO_FLOATS = new Uint8Array(new Float32Array([1, 2]).buffer);

/** torch.save's zip file around a pickle. Entries replace or add to those that are usual. */
export function torchZip(main: Uint8Array, entries: Readonly<Record<string, Uint8Array>> = {}): Uint8Array {
  const all = { 'data.pkl': main, 'data/0': TWO_FLOATS, version: Buffer.from('3\n'), ...entries };
  return makeZip(Object.entries(all).map(([name, data]): Part => ({ name: `archive/${name}`, data })));
}

/** torch.save's legacy file: an object, keys of storages, the storages behind their counts. */
export function torchLegacy(
  object: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>> = {},
): Uint8Array {
  const magic = pickle('\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19');
  const system = pickle('}(', str('little_endian'), '\x88u');
  const keys = pickle(tuple(...Object.keys(storages).map(str)));
  const contents = Object.values(storages).map((data) => bytes(u64(data.length / 4), data));
  return bytes(magic, pickle(int(1001)), system, object, keys, ...contents);
}

/** Opens a file in memory with the reader that recognises it. */
export async function openTorch(content: Uint8Array, path = 'memory.pt'): Promise<Checkpoint> {
  const file = new MemoryFile(content, path);
  const head = await file.read(0, Math.min(4096, content.length));
  const reader = [torchZipReader, torchLegacyReader, pythonPickleReader].find((candidate) =>
    candidate.match(head, file),
  );
  if (reader === undefined) throw new Error('no reader recognises the file');
  return reader.open(file);
}
