import * as v from 'valibot';
import { InputError } from '../../base/error';
import type { PlainRecord, PlainValue } from '../../base/plain-value';
import { quote } from '../../base/text';
import type { RandomAccessFile } from '../../file/file';
import { decodeValues, type DType, itemSize, type Tensor } from '../../tensor/dtype';
import { elementCount } from '../../tensor/shape';
import type { Checkpoint, CheckpointReader } from '../checkpoint';
import { lazyCheckpoint, type LazyTensor } from '../lazy';
import { kerasHyperParameters } from './keras/keras';
import { recordOf } from './keras/variable-names';
import { parseStrictJson } from './strict-json';
import { tensorflowGraph } from './tensorflow-graph';

const FORMAT = 'TF.js';
/** Bytes; topologies of large graphs have some ten million. */
const MAX_JSON = 2 ** 28;
const MAX_DEPTH = 100;
const MAX_SHARDS = 20_000;

const Quantization = v.object({
  dtype: v.picklist(['uint8', 'uint16', 'float16']),
  scale: v.optional(v.pipe(v.number(), v.finite())),
  min: v.optional(v.pipe(v.number(), v.finite())),
});
const Weight = v.object({
  name: v.string(),
  shape: v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  dtype: v.string(),
  quantization: v.optional(Quantization),
});
const Manifest = v.array(
  v.object({ paths: v.pipe(v.array(v.string()), v.maxLength(MAX_SHARDS)), weights: v.array(Weight) }),
);
const Model = v.object({ modelTopology: v.optional(v.nullable(v.unknown())), weightsManifest: Manifest });

/** What is stored, by TF.js's names. */
const DTYPES: Readonly<Record<string, DType>> = {
  float32: 'f32',
  int32: 'i32',
  bool: 'bool',
  uint8: 'u8',
  uint16: 'u16',
  float16: 'f16',
};

/**
 * A model for TensorFlow.js: model.json with its shards beside it, layers models (a Keras configuration) and graph models
 * (TensorFlow's operations). Source: tfjs-core/src/io, types.ts and io_utils.ts.
 */
export const tfjsReader: CheckpointReader = {
  format: 'TF.js (model.json)',
  match: (head) =>
    /^\uFEFF?\s*\{[^]*"(?:modelTopology|weightsManifest)"\s*:|^\uFEFF?\s*\{[^]*"format"\s*:\s*"(?:layers|graph)-model"/.test(
      new TextDecoder().decode(head),
    ),
  async open(file) {
    const json = await readModel(file);
    const shards: RandomAccessFile[] = [];
    try {
      const tensors: LazyTensor[] = [];
      for (const { paths, weights } of json.weightsManifest) {
        const group: RandomAccessFile[] = [];
        for (const path of paths) {
          const shard = await file.sibling(path);
          group.push(shard);
          shards.push(shard);
        }
        tensors.push(...groupTensors(file, group, weights));
      }
      // JSON is nothing but plain values.
      return withTopology(file, (json.modelTopology ?? null) as PlainValue, tensors, shards);
    } catch (error) {
      await Promise.all(shards.map((shard) => shard.close()));
      throw error;
    }
  },
};

async function readModel(file: RandomAccessFile): Promise<v.InferOutput<typeof Model>> {
  if (file.size > MAX_JSON)
    throw new InputError(file.path, `has ${file.size} bytes, too many for a model.json`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.read(0, file.size));
    return v.parse(Model, parseStrictJson(text, MAX_DEPTH));
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error)) throw error;
    throw new InputError(
      file.path,
      `is not a model.json of TF.js with a "weightsManifest": ${error.message}`,
      'Save it again with model.save("file://…"), or convert it with tensorflowjs_converter',
    );
  }
}

type Weight = v.InferOutput<typeof Weight>;

/** The tensors of a group, which lie in its shards one after the other. @throws InputError unless they fill them */
function groupTensors(
  file: RandomAccessFile,
  shards: readonly RandomAccessFile[],
  weights: readonly Weight[],
): LazyTensor[] {
  let offset = 0;
  const tensors = weights.map((weight) => {
    const { name, shape, quantization } = weight;
    const stored = DTYPES[quantization?.dtype ?? weight.dtype];
    const count = elementCount(shape);
    if (stored === undefined)
      throw new InputError(
        file.path,
        `tensor ${quote(name)} is of type ${weight.dtype}, which Modscope cannot read`,
      );
    if (count === undefined)
      throw new InputError(file.path, `tensor ${quote(name)} has the impossible shape [${shape.join(', ')}]`);
    const tensor = lazyWeight(weight, stored, count, shards, offset);
    offset += count * (itemSize(stored) ?? 0);
    return tensor;
  });
  const held = shards.reduce((sum, { size }) => sum + size, 0);
  if (held !== offset)
    throw new InputError(
      file.path,
      `its weights take ${offset} bytes and its shards (${shards
        .map(({ path }) => path.split(/[\\/]/).at(-1) ?? '')
        .slice(0, 3)
        .join(', ')}) have ${held}`,
      'A shard is missing, truncated, or of another model',
    );
  return tensors;
}

function lazyWeight(
  { name, shape, dtype, quantization }: Weight,
  stored: DType,
  count: number,
  shards: readonly RandomAccessFile[],
  offset: number,
): LazyTensor {
  const size = itemSize(stored) ?? 0;
  const values = async (first: number, length: number): Promise<Tensor['data']> => {
    const data = decodeValues(stored, await spanning(shards, offset + first * size, length * size));
    const { scale, min } = quantization ?? {};
    if (scale === undefined || min === undefined) return data;
    return Float32Array.from(data, (value) => value * scale + min);
  };
  return {
    info: { name, dtype: DTYPES[dtype] ?? dtype, shape, role: 'weight' },
    read: async () => ({ shape, data: await values(0, count) }),
    readPart: values,
  };
}

/** Bytes of a group, which may begin in one shard and end in another. */
async function spanning(
  shards: readonly RandomAccessFile[],
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let [start, done] = [0, 0];
  for (const shard of shards) {
    const from = offset + done - start;
    if (done < length && from < shard.size) {
      const piece = await shard.read(from, Math.min(length - done, shard.size - from));
      bytes.set(piece, done);
      done += piece.length;
    }
    start += shard.size;
  }
  return bytes;
}

function withTopology(
  file: RandomAccessFile,
  topology: PlainValue,
  tensors: readonly LazyTensor[],
  shards: readonly RandomAccessFile[],
): Checkpoint {
  const described = recordOf(topology);
  const isGraph = described['node'] !== undefined;
  const version = typeof described['keras_version'] === 'string' ? described['keras_version'] : '';
  const config: PlainRecord =
    described['model_config'] === undefined ? described : recordOf(described['model_config']);
  const kind = isGraph ? 'graph model' : 'layers model';
  return {
    ...lazyCheckpoint(file, `${FORMAT} ${kind}`, tensors, version === '' ? {} : { keras_version: version }),
    files: [file.path, ...shards.map(({ path }) => path)],
    hyperParameters: kerasHyperParameters(recordOf(described['training_config'])),
    ...(isGraph && {
      graph: tensorflowGraph(file.path, described, new Set(tensors.map(({ info }) => info.name))),
    }),
    // TF.js's own layers mean what those of Keras 2 did.
    ...(!isGraph &&
      config['class_name'] !== undefined && {
        keras: { config, version: /^\d/.test(version) ? version : '2' },
      }),
    async close() {
      await Promise.all([file, ...shards].map((opened) => opened.close()));
    },
  };
}
