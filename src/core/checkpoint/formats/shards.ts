import * as v from 'valibot';
import { InputError } from '../../base/error';
import { quote } from '../../base/text';
import type { RandomAccessFile } from '../../file/file';
import type { Checkpoint, CheckpointReader } from '../checkpoint';
import { lazyCheckpoint, type LazyTensor } from '../lazy';
import { parseStrictJson } from './strict-json';

/** Bytes; far above the index of any model. */
const MAX_INDEX = 100_000_000;
const MAX_DEPTH = 8;

const Index = v.object({ weight_map: v.pipe(v.record(v.string(), v.string()), v.minEntries(1)) });

/**
 * A checkpoint in several files: `model.safetensors.index.json` says by `weight_map` which tensor is in which
 * file of the folder. The files and the index must agree.
 * @param openShard opens one of the files, of whatever format it is
 */
export function shardIndexReader(
  openShard: (file: RandomAccessFile) => Promise<Checkpoint>,
): CheckpointReader {
  return {
    format: 'sharded (index.json)',
    match: (head, file) =>
      file.path.endsWith('.index.json') || /^\s*\{[^]*"weight_map"\s*:/.test(new TextDecoder().decode(head)),
    async open(file) {
      const files = byFile(await readIndex(file));
      const shards: Checkpoint[] = [];
      try {
        for (const name of files.keys()) shards.push(await openSibling(file, name, openShard));
        return join(file, [...files.values()], shards);
      } catch (error) {
        await Promise.all(shards.map((shard) => shard.close()));
        throw error;
      }
    },
  };
}

async function readIndex(file: RandomAccessFile): Promise<Readonly<Record<string, string>>> {
  if (file.size > MAX_INDEX)
    throw new InputError(file.path, `has ${file.size} bytes, too many for an index of shards`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.read(0, file.size));
    return v.parse(Index, parseStrictJson(text, MAX_DEPTH)).weight_map;
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error)) throw error;
    throw new InputError(file.path, `is not an index of shards with a "weight_map": ${error.message}`);
  }
}

/** The names of the tensors that each file should hold. */
function byFile(weightMap: Readonly<Record<string, string>>): Map<string, Set<string>> {
  const files = new Map<string, Set<string>>();
  for (const [tensor, name] of Object.entries(weightMap)) {
    const tensors = files.get(name) ?? new Set();
    files.set(name, tensors.add(tensor));
  }
  return files;
}

async function openSibling(
  file: RandomAccessFile,
  name: string,
  openShard: (file: RandomAccessFile) => Promise<Checkpoint>,
): Promise<Checkpoint> {
  const shard = await file.sibling(name);
  try {
    return await openShard(shard);
  } catch (error) {
    await shard.close();
    throw error;
  }
}

/** The shards as one checkpoint. @throws InputError where they do not hold what the index says */
function join(
  file: RandomAccessFile,
  expected: readonly ReadonlySet<string>[],
  shards: readonly Checkpoint[],
): Checkpoint {
  const tensors: LazyTensor[] = [];
  for (const [index, shard] of shards.entries()) {
    const names = expected[index] ?? new Set();
    const missing = [...names].find((name) => !shard.tensors.has(name));
    const extra = [...shard.tensors.keys()].find((name) => !names.has(name));
    if (missing !== undefined)
      throw new InputError(shard.path, `lacks the tensor ${quote(missing)} that ${file.path} says it has`);
    if (extra !== undefined)
      throw new InputError(shard.path, `has a tensor ${quote(extra)} that ${file.path} says it has not`);
    for (const info of shard.tensors.values())
      tensors.push({
        info,
        read: () => shard.read(info.name),
        readPart: (first, count) => shard.readPart(info.name, first, count),
      });
  }
  const formats = [...new Set(shards.map((shard) => shard.format))].join(', ');
  return {
    ...lazyCheckpoint(file, `${formats} (${shards.length} shards)`, tensors),
    files: [file.path, ...shards.map(({ path }) => path)],
    async close() {
      await Promise.all([file, ...shards].map((opened) => opened.close()));
    },
  };
}
