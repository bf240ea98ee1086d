import type { RandomAccessFile } from '../file/file';
import type { DType, Tensor } from '../tensor/dtype';
import type { OnnxGraph } from './onnx/graph';

/** One tensor as the headers describe it. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: DType;
  /** Sizes per dimension, row-major; [] is a scalar. */
  readonly shape: readonly number[];
  /**
   * `weight`: belongs to the model's state. `other`: optimizer moments, EMA copies, callbacks and the like,
   * which look like weights and are not.
   */
  readonly role: 'weight' | 'other';
}

/** Plain data out of a checkpoint. What could not be understood stands as a string such as "<pathlib.PosixPath>". */
export type PlainValue =
  null | boolean | number | string | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/** A module of a pickled `nn.Module` tree: an inert description of it. */
export interface ModuleNode {
  /** Full class name, e.g. "torch.nn.modules.linear.Linear". */
  readonly className: string;
  /** Path in the tree, "" for the root, e.g. "fc_layers.0". */
  readonly path: string;
  /** Plain attributes such as in_features, negative_slope, training. */
  readonly attributes: Readonly<Record<string, PlainValue>>;
  /** In order of registration. */
  readonly children: readonly ModuleNode[];
}

/** An opened checkpoint. Only headers have been read. */
export interface Checkpoint {
  readonly path: string;
  /** Every file it is made of, `path` first; those beside an ONNX model once they are read. */
  readonly files: readonly string[];
  /** e.g. "PyTorch zip", "PyTorch legacy", "Lightning", "TorchScript", "safetensors", "NumPy npz", "ONNX". */
  readonly format: string;
  /** In file order, by full name. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly hyperParameters: Readonly<Record<string, PlainValue>>;
  /** Anything else worth showing: epoch, global_step, format versions, safetensors' __metadata__. */
  readonly metadata: Readonly<Record<string, PlainValue>>;
  /** Globals the file names that were left inert, e.g. "pathlib.PosixPath", sorted. */
  readonly stubs: readonly string[];
  /** The module tree of a whole-module pickle. */
  readonly modules?: ModuleNode;
  /** The graph of an ONNX model. */
  readonly graph?: OnnxGraph;
  /** @throws InputError for an unknown name, a dtype that cannot be read, or bytes outside the file */
  read(name: string): Promise<Tensor>;
  /**
   * The `count` values of a tensor from the row-major index `first` on, which must be inside; undefined where they do
   * not lie one after the other in the file, so that only `read` gives them.
   * @throws InputError as `read`
   */
  readPart(name: string, first: number, count: number): Promise<Tensor['data'] | undefined>;
  close(): Promise<void>;
}

/** One per format. */
export interface CheckpointReader {
  readonly format: string;
  /** By content first (the file's leading bytes, up to 4096), then by name. */
  match(head: Uint8Array, file: RandomAccessFile): boolean;
  /** @throws InputError */
  open(file: RandomAccessFile): Promise<Checkpoint>;
}
