import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { InputError } from '../../../base/error';
import type { PlainRecord } from '../../../base/plain-value';
import { listed } from '../../../base/text';
import type { RandomAccessFile } from '../../../file/file';
import { decodeValues, type Tensor } from '../../../tensor/dtype';
import { gatherStrided, rowMajorStrides } from '../../../tensor/strides';
import type { CheckpointReader } from '../../checkpoint';
import { lazyCheckpoint, type LazyTensor } from '../../lazy';
import { JOBLIB, NUMPY, NumpyArray, STANDARD } from '../pickle/globals';
import { asDictionary, keyName } from '../pickle/plain';
import { unpickle } from '../pickle/unpickle';
import { type Known, type PickleValue, Stub } from '../pickle/value';
import { type Arrays, multilayerPerceptron } from './multilayer-perceptron';

/** Bytes of a pickle, unpacked: it is held in memory whole. */
const MAX_PICKLE = 2 ** 29;
const NAMES = /\.(?:pkl|pickle|joblib|sav)(?:\.(?:gz|gzip|z))?$/i;
const KNOWN: Known = new Map([...STANDARD, ...NUMPY, ...JOBLIB]);

const PROTO = 0x80;
const unpackers = { zlib: promisify(inflate), gzip: promisify(gunzip) };

/**
 * What pickle.dump and joblib.dump write: a multilayer perceptron of scikit-learn, or arrays by name. joblib may pack it by
 * zlib or gzip. Nothing in it is executed: classes stay names.
 */
export const pythonPickleReader: CheckpointReader = {
  format: 'Python pickle or joblib',
  match: (head, file) => isPickle(head) || (packing(head) !== null && NAMES.test(file.path)),
  async open(file) {
    const pickle = await unpackedPickle(file);
    const { value, stubs } = unpickle(pickle, {
      ...{ file: file.path, part: 'the object', known: KNOWN },
      persistent: () => {
        throw new InputError(
          file.path,
          'is a Python pickle whose tensors lie outside of it',
          'Give the whole file that torch.save wrote, and not the data.pkl in it',
        );
      },
    });
    const perceptron = multilayerPerceptron(file.path, value);
    if (perceptron !== null) {
      const { arrays, hyperParameters, metadata } = perceptron;
      return {
        ...lazyCheckpoint(file, 'scikit-learn', tensorsOf(arrays), metadata),
        hyperParameters,
        stubs: [...stubs].sort(),
        perceptron: perceptron.graph,
      };
    }
    const arrays = namedArrays(value);
    if (arrays.size === 0) throw nothingKnown(file, value);
    const metadata: PlainRecord = {};
    return {
      ...lazyCheckpoint(file, 'Python pickle', tensorsOf(arrays), metadata),
      stubs: [...stubs].sort(),
    };
  },
};

/** Whether PROTO and a version begin it. The length at the head of a safetensors file may look so too, but has zeros then. */
function isPickle(head: Uint8Array): boolean {
  const [first, version = 0] = head;
  return first === PROTO && version >= 2 && version <= 5 && head.subarray(4, 8).some((byte) => byte !== 0);
}

function packing(head: Uint8Array): keyof typeof unpackers | null {
  const [first = 0, second = 0] = head;
  if (first === 0x1f && second === 0x8b) return 'gzip';
  return first === 0x78 && (first * 256 + second) % 31 === 0 ? 'zlib' : null;
}

/** The pickle's bytes. @throws InputError for one that is too large, or packed and damaged */
async function unpackedPickle(file: RandomAccessFile): Promise<Uint8Array> {
  if (file.size > MAX_PICKLE) throw tooLarge(file);
  const bytes = await file.read(0, file.size);
  const packed = packing(bytes);
  if (packed === null) return bytes;
  try {
    return await unpackers[packed](bytes, { maxOutputLength: MAX_PICKLE });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(file);
    throw new InputError(
      file.path,
      `cannot be unpacked by ${packed}: ${error instanceof Error ? error.message : ''}`,
      'It is truncated or damaged',
    );
  }
}

function tooLarge(file: RandomAccessFile): InputError {
  return new InputError(
    file.path,
    `is a Python pickle of more than ${MAX_PICKLE / 2 ** 20} MB`,
    'Save the arrays with numpy.savez("weights.npz", …)',
  );
}

/** Values deep in one another, and arrays: more than a file of weights has. */
const MAX_DEPTH = 8;
const MAX_ARRAYS = 10_000;

/** The arrays of a dictionary or list, or in dictionaries and lists in it, by their path. */
function namedArrays(root: PickleValue): Arrays {
  const arrays = new Map<string, NumpyArray>();
  const searched = new Set<PickleValue>();
  const search = (value: PickleValue, path: string, depth: number): void => {
    if (value instanceof NumpyArray && value.array() !== undefined) {
      if (arrays.size < MAX_ARRAYS && !arrays.has(path)) arrays.set(path === '' ? 'array' : path, value);
      return;
    }
    if (depth > MAX_DEPTH || searched.has(value) || typeof value !== 'object') return;
    searched.add(value);
    const entries = Array.isArray(value)
      ? new Map<PickleValue, PickleValue>(value.entries())
      : asDictionary(value);
    // What an object keeps is for its class alone to know.
    if (entries === undefined || value instanceof Stub) return;
    for (const [key, one] of entries)
      search(one, path === '' ? keyName(key) : `${path}.${keyName(key)}`, depth + 1);
  };
  search(root, '', 0);
  return arrays;
}

function tensorsOf(arrays: Arrays): LazyTensor[] {
  return [...arrays].flatMap(([name, stored]): LazyTensor[] => {
    const array = stored.array();
    if (array === undefined) return [];
    const { dtype, shape } = array;
    const read = (): Tensor => {
      const data = decodeValues(dtype, array.bytes, { bigEndian: array.bigEndian });
      if (!array.fortranOrder || shape.length < 2) return { shape, data };
      const strides = rowMajorStrides([...shape].reverse()).reverse();
      return { shape, data: gatherStrided(data, shape, strides) };
    };
    return [{ info: { name, dtype, shape, role: 'weight' }, read: () => Promise.resolve().then(read) }];
  });
}

function nothingKnown(file: RandomAccessFile, value: PickleValue): InputError {
  const what = value instanceof Stub ? `an object of the class ${value.name.slice(0, 200)}` : 'an object';
  const parts = asDictionary(value);
  const keys = parts === undefined ? '' : ` with ${listed([...parts.keys()].slice(0, 8).map(keyName))}`;
  return new InputError(
    file.path,
    `is a Python pickle of ${what}${keys}: neither a multilayer perceptron of scikit-learn nor arrays by name, and torch.save did not write it`,
    'Save the weights with torch.save(model.state_dict(), "weights.pt"), or as numpy.savez("weights.npz", …)',
  );
}
