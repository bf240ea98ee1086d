import type { Assumption } from '../base/assumption';
import type { PlainRecord } from '../base/plain-value';
import type { RandomAccessFile } from '../file/file';
import type { DType, Tensor } from '../tensor/dtype';

/** One tensor as the headers describe it. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: DType;
  /** Sizes per dimension, row-major; [] is a scalar. */
  readonly shape: readonly number[];
  /**
   * `weight`: part of the model's state. `part`: what a weight is computed from, which is listed beside: "fc.weight" and its
   * "fc.weight_orig". `other`: optimizer moments, EMA copies, callbacks and the like, which look like weights and are not.
   */
  readonly role: 'weight' | 'part' | 'other';
  /** Of a weight that is computed: how. */
  readonly computed?: Computation;
  /** What a tensor was set aside for, where its name tells. */
  readonly aside?: AsideKind;
}

/** What a tensor is kept for that is no part of the network. */
export type AsideKind = 'averaging' | 'loss' | 'metric' | 'optimizer' | 'auxiliary';

/** How a weight is computed from other tensors of the file when it is read. */
export interface Computation {
  /** e.g. "weight_orig · weight_mask (pruning)". */
  readonly formula: string;
  /** What the file does not say of it. */
  readonly assumption?: Assumption;
}

/** An inert description of a module in a pickled `nn.Module` tree. */
export interface ModuleNode {
  /** Full class name, e.g. "torch.nn.modules.linear.Linear". */
  readonly className: string;
  /** Path in the tree, "" for the root, e.g. "fc_layers.0". */
  readonly path: string;
  /** Plain attributes such as in_features, negative_slope, training. */
  readonly attributes: PlainRecord;
  /** In order of registration. */
  readonly children: readonly ModuleNode[];
}

/** An opened checkpoint. Only headers have been read. */
export interface Checkpoint {
  readonly path: string;
  /** Every file it is made of, `path` first. Files beside an ONNX model are listed once they were read. */
  readonly files: readonly string[];
  /** e.g. "PyTorch zip", "PyTorch legacy", "Lightning", "TorchScript", "safetensors", "NumPy npz", "ONNX". */
  readonly format: string;
  /** In file order, by full name. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly hyperParameters: PlainRecord;
  /** Anything else worth showing: epoch, global_step, format versions, safetensors' __metadata__. */
  readonly metadata: PlainRecord;
  /** Names of classes and functions in the file that were left inert, e.g. "pathlib.PosixPath", sorted. */
  readonly stubs: readonly string[];
  /** The module tree of a whole-module pickle. */
  readonly modules?: ModuleNode;
  /** The graph of an ONNX model. */
  readonly graph?: OnnxGraph;
  /** @throws InputError for an unknown name, a dtype that cannot be read, or bytes outside the file */
  read(name: string): Promise<Tensor>;
  /**
   * The `count` values of a tensor from the row-major index `first` on, all inside it.
   * @returns undefined where they do not lie one after the other in the file: only `read` gives them
   * @throws InputError as `read`
   */
  readPart(name: string, first: number, count: number): Promise<Tensor['data'] | undefined>;
  close(): Promise<void>;
}

/** Reads one format. To add a format, write one of these, and list it in formats/open.ts. */
export interface CheckpointReader {
  readonly format: string;
  /** Whether the file is of this format: by its first bytes (up to 4096 in `head`), then by its name. */
  match(head: Uint8Array, file: RandomAccessFile): boolean;
  /** @throws InputError */
  open(file: RandomAccessFile): Promise<Checkpoint>;
}

/** The graph of an ONNX model as it stands in the file: plain data, nothing of it interpreted. */
export interface OnnxGraph {
  /** Version of the standard operators. */
  readonly opset: number;
  /** What a run is given, without the initializers that the file lists as inputs too. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** In an order in which they can be computed. */
  readonly nodes: readonly OnnxNode[];
  /** Names of the values that are tensors of the file. */
  readonly initializers: ReadonlySet<string>;
}

/** An input or output of the graph. */
export interface OnnxValue {
  readonly name: string;
  /** Sizes, with null for one that is left open; null where the file says nothing. */
  readonly shape: readonly (number | null)[] | null;
}

export interface OnnxNode {
  /** May be empty, and need not be unique. */
  readonly name: string;
  /** e.g. "Gemm". */
  readonly operator: string;
  /** Who defines the operator; "" is ONNX itself. */
  readonly domain: string;
  /** Names of values; "" is an input left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** A tensor is given by its name in the checkpoint. Null stands for what no operator here needs: a subgraph, a type. */
export type OnnxAttribute =
  number | string | readonly number[] | readonly string[] | { readonly tensor: string } | null;
