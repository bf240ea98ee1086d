import { InputError } from '../../base/error';
import type { RandomAccessFile } from '../../file/file';

/** A format that is known and not read. */
export interface UnreadFormat {
  /** What it is, as in "is …". */
  readonly kind: string;
  readonly remedy: string;
  readonly match: (file: Candidate) => boolean;
}

/** The beginning of a file, and what it is called. */
interface Candidate {
  readonly head: Uint8Array;
  /** The first bytes as Latin-1. */
  readonly text: string;
  /** Without folders, in small letters. */
  readonly name: string;
}

const ORIGINAL = 'Give the model that it was made from: .pt, .safetensors, .keras, or an ONNX export of it';

export const SAVED_MODEL_REMEDY =
  'Save the Keras model it was made from, model.save("model.keras"), or its weights alone: import numpy, tensorflow as tf; numpy.savez("weights.npz", **{v.name: v.numpy() for v in tf.saved_model.load("FOLDER").variables})';
export const TENSORFLOW_CHECKPOINT_REMEDY =
  'In Python: import numpy, tensorflow as tf; r = tf.train.load_checkpoint("model.ckpt"); d = r.get_variable_to_dtype_map(); numpy.savez("weights.npz", **{n.split("/.ATTR")[0]: r.get_tensor(n) for n in d if d[n] != tf.string})';
export const ORBAX_REMEDY =
  'In Python: import numpy, orbax.checkpoint as o; from flax.traverse_util import flatten_dict; numpy.savez("weights.npz", **flatten_dict(o.PyTreeCheckpointer().restore("/absolute/folder"), sep="/"))';
export const DISTRIBUTED_REMEDY =
  'Join it: python -m torch.distributed.checkpoint.format_utils dcp_to_torch FOLDER weights.pt';
export const DEEPSPEED_REMEDY =
  'Join it with the script that DeepSpeed left in the folder: python zero_to_fp32.py . weights.bin';

const starts = (mark: string) => {
  return ({ text }: Candidate): boolean => text.startsWith(mark);
};
const named = (pattern: RegExp) => {
  return ({ name }: Candidate): boolean => pattern.test(name);
};

/** Its version, in two small numbers. */
function isDarknet(text: string): boolean {
  const at = (index: number): number => text.charCodeAt(index);
  return at(0) < 6 && at(4) < 10 && [1, 2, 3, 5, 6, 7].every((index) => at(index) === 0);
}

/**
 * Formats that are known by marks no format that is read has. The first that fits counts.
 */
const MARKED: readonly UnreadFormat[] = [
  { kind: 'a TensorFlow Lite model', remedy: ORIGINAL, match: ({ text }) => text.slice(4, 8) === 'TFL3' },
  {
    kind: 'a GGUF file, of a quantised language model',
    remedy: 'Give the folder of the model before it was quantised, with its model.safetensors',
    match: ({ text }) => text.startsWith('GGUF') || /^(?:lmgg|tjgg|fmgg)/.test(text),
  },
  {
    kind: 'a TensorFlow SavedModel, or a part of one',
    remedy: SAVED_MODEL_REMEDY,
    match: named(/^(?:saved_model\.pb(?:txt)?|keras_metadata\.pb|fingerprint\.pb)$/),
  },
  {
    kind: 'a frozen TensorFlow graph',
    remedy:
      'Convert it and open web/model.json: tensorflowjs_converter --input_format=tf_frozen_model --output_node_names=NAME graph.pb web',
    match: named(/\.pb$/),
  },
  {
    kind: 'a part of a TensorFlow checkpoint',
    remedy: TENSORFLOW_CHECKPOINT_REMEDY,
    match: ({ name, text }) =>
      /\.data-\d{5}-of-\d{5}$/.test(name) ||
      name.endsWith('.index') ||
      text.startsWith('model_checkpoint_path:'),
  },
  {
    kind: 'a msgpack file, as Flax writes weights',
    remedy:
      'In Python: import numpy; from flax.serialization import msgpack_restore; from flax.traverse_util import flatten_dict; numpy.savez("weights.npz", **flatten_dict(msgpack_restore(open("flax_model.msgpack", "rb").read()), sep="/"))',
    match: named(/\.msgpack$/),
  },
  {
    kind: 'a part of an orbax checkpoint',
    remedy: ORBAX_REMEDY,
    match: named(/^(?:_metadata|_checkpoint_metadata|_sharding|manifest\.ocdbt)$/),
  },
  {
    kind: 'a part of a distributed PyTorch checkpoint',
    remedy: DISTRIBUTED_REMEDY,
    match: named(/\.distcp$|^\.metadata$/),
  },
  {
    kind: "the optimizer's part of a DeepSpeed checkpoint",
    remedy: DEEPSPEED_REMEDY,
    match: named(/^(?:bf16_|fp16_)?zero_pp_rank_\d+_mp_rank_\d+_optim_states\.pt$/),
  },
  { kind: 'a Core ML model', remedy: ORIGINAL, match: named(/\.(?:mlmodel|mlpackage|mlmodelc)$/) },
  {
    kind: 'a PaddlePaddle inference model',
    remedy: 'Give the weights that paddle.save wrote, model.pdparams',
    match: named(/\.(?:pdmodel|pdiparams)$/),
  },
  {
    kind: 'an MXNet parameter file',
    remedy:
      'In Python: import mxnet, numpy; numpy.savez("weights.npz", **{k: v.asnumpy() for k, v in mxnet.nd.load("model.params").items()})',
    match: ({ text }) => text.startsWith('\x12\x01\0\0\0\0\0\0'),
  },
  {
    kind: 'a Caffe model',
    remedy: ORIGINAL,
    match: named(/\.(?:caffemodel|prototxt)$/),
  },
  {
    kind: 'a file of darknet weights',
    remedy: ORIGINAL,
    match: ({ name, text }) => name.endsWith('.weights') && isDarknet(text),
  },
  {
    kind: 'a MATLAB file',
    remedy:
      'In Python: import numpy, scipy.io; numpy.savez("weights.npz", **{k: v for k, v in scipy.io.loadmat("weights.mat").items() if not k.startswith("__")})',
    match: starts('MATLAB 5.0'),
  },
  {
    kind: 'a MATLAB file of version 7.3',
    remedy: 'In MATLAB: save("weights.mat", "-v7"), and then in Python scipy.io.loadmat and numpy.savez',
    match: starts('MATLAB 7.3'),
  },
  {
    kind: 'an R data file',
    remedy:
      'Write each of its matrices to a text file in R, write.csv, and join them with numpy.savez in Python',
    match: ({ name, text }) => /\.(?:rds|rdata|rda)$/.test(name) || /^(?:X|A|RDX[23])\n/.test(text),
  },
  {
    kind: 'one NumPy array',
    remedy: 'Put all arrays of the network into one file: numpy.savez("weights.npz", w1=…, b1=…)',
    match: starts('\x93NUMPY'),
  },
  {
    kind: 'an event file of TensorBoard',
    remedy: 'Give the checkpoint beside it',
    match: named(/^events\.out\.tfevents\./),
  },
  {
    kind: 'an image',
    remedy: 'Name a folder of images as the data set, not as the checkpoint',
    match: ({ text }) =>
      /^(?:\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|II\*\0|MM\0\*|RIFF.{4}WEBP)/s.test(text),
  },
  {
    kind: 'a table in Parquet',
    remedy: 'Name it as the data set in .csv or .npz, not as the checkpoint',
    match: starts('PAR1'),
  },
  {
    kind: 'a 7z, RAR, xz, bzip2 or zstd archive',
    remedy: 'Unpack it first',
    match: ({ text }) =>
      ['7z\xbc\xaf\x27\x1c', 'Rar!', '\xfd7zXZ\0', 'BZh', '(\xb5/\xfd'].some((mark) => text.startsWith(mark)),
  },
  {
    kind: 'a tar archive',
    remedy: 'Unpack it first: tar xf FILE',
    match: ({ text }) => text.slice(257, 262) === 'ustar',
  },
  { kind: 'a PDF', remedy: 'Give the checkpoint itself', match: starts('%PDF') },
  {
    kind: 'a web page',
    remedy: 'The download went wrong: the server sent a page instead of the file. Download it again',
    match: ({ text }) => /^\s*(?:<!doctype html|<html)/i.test(text),
  },
];

/** Formats that are told by vaguer marks, once no reader knows the file. */
const VAGUE: readonly UnreadFormat[] = [
  {
    kind: 'a file packed by gzip',
    remedy: 'Unpack it first: gunzip FILE',
    match: starts('\x1f\x8b'),
  },
  {
    kind: 'a zip archive without weights that Modscope knows',
    remedy: 'Unpack it first, and give the checkpoint in it',
    match: starts('PK\x03\x04'),
  },
  {
    kind: 'a Python pickle of protocol 0 or 1',
    remedy:
      'Load it in Python and save it anew: pickle.dump(pickle.load(open("old.pkl", "rb")), open("new.pkl", "wb"))',
    match: ({ name, text }) => /\.(?:pkl|pickle)$/.test(name) && /^[(c}\]]/.test(text),
  },
  {
    kind: 'a JSON file, and no checkpoint',
    remedy: 'Give the file with the weights; of TF.js that is a model.json with a "weightsManifest"',
    match: ({ text }) => /^(?:\xef\xbb\xbf)?\s*[{[]/.test(text),
  },
  {
    kind: 'a text file',
    remedy: 'Give the file with the weights; a table is a data set',
    match: ({ head }) =>
      head.length > 0 && !head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27)),
  },
];

/** Every format that is named, for the table of them. */
export const UNREAD_FORMATS: readonly UnreadFormat[] = [...MARKED, ...VAGUE];

/**
 * Refuses what is known and not read.
 * @param otherwise whether no reader knows the file, so that vaguer marks count
 * @throws InputError with a remedy
 */
export function refuseUnread(head: Uint8Array, { path }: RandomAccessFile, otherwise: boolean): void {
  const text = Buffer.from(head.subarray(0, 512)).toString('latin1');
  const name = (path.split(/[\\/]/).at(-1) ?? '').toLowerCase();
  const found = (otherwise ? VAGUE : MARKED).find(({ match }) => match({ head, text, name }));
  if (found !== undefined)
    throw new InputError(path, `is ${found.kind}, which Modscope does not read`, found.remedy);
}
