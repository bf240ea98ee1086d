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
  /** The fields of the config.json beside a model of Hugging Face. */
  readonly configuration?: PlainRecord;
  /** Anything else worth showing: epoch, global_step, format versions, safetensors' __metadata__. */
  readonly metadata: PlainRecord;
  /** Names of classes and functions in the file that were left inert, e.g. "pathlib.PosixPath", sorted. */
  readonly stubs: readonly string[];
  /** The module tree of a whole-module pickle. */
  readonly modules?: ModuleNode;
  /** The graph of an ONNX model. */
  readonly graph?: OnnxGraph;
  /** How it was found where a folder was given, one sentence each. */
  readonly notes?: readonly string[];
  /** What a Keras model is made of. */
  readonly keras?: KerasModel;
  /** What a multilayer perceptron of scikit-learn is made of. */
  readonly perceptron?: PerceptronGraph;
  /** The program of a TorchScript file. */
  readonly script?: ScriptProgram;
  /** The graph of a torch.export archive. */
  readonly exported?: ExportedGraph;
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

/** The configuration of a Keras model as it stands in the file: plain data, nothing of it interpreted. */
export interface KerasModel {
  /** `class_name` and `config`, as model.to_json writes them. Tensors are named "<layer>/<variable>". */
  readonly config: PlainRecord;
  /** Of Keras, e.g. "3.5.0": names of activations have changed their meaning. */
  readonly version: string;
}

/** A multilayer perceptron of scikit-learn: its tensors are coefs_0, intercepts_0, coefs_1, … */
export interface PerceptronGraph {
  readonly layers: number;
  /** By scikit-learn's names: "relu", "tanh", "logistic", "identity". */
  readonly activation: string;
  /** Of the outputs: "softmax", "logistic", "identity". */
  readonly output: string;
  /** What the pipeline does to features before, in order; the names of tensors, null where it leaves that out. */
  readonly scalings: readonly {
    /** standard: (x − shift) / scale; range: x · scale + shift. */
    readonly kind: 'standard' | 'range';
    readonly step: string;
    readonly shift: string | null;
    readonly scale: string | null;
  }[];
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

/** The program of a TorchScript file as it stands there: its code is text, which is read and never run. */
export interface ScriptProgram {
  /** The module that was saved. */
  readonly root: ScriptObject;
  /** What the code calls CONSTANTS.c0, CONSTANTS.c1, … */
  readonly constants: readonly ScriptAttribute[];
  /** Of the input that it was traced with, samples included; null where it was not traced. */
  readonly tracedShape: readonly number[] | null;
  /**
   * The text of a file of code, by its path, e.g. "__torch__/nets.py".
   * @returns undefined where there is none
   * @throws InputError when it is too large, or damaged
   */
  source(path: string): Promise<string | undefined>;
}

/** An object of a TorchScript program: a module with its parameters and submodules. */
export interface ScriptObject {
  /** e.g. "__torch__.torch.nn.modules.linear.___torch_mangle_0.Linear". */
  readonly className: string;
  /** Where it is in the tree, "" for the root. */
  readonly path: string;
  readonly attributes: ReadonlyMap<string, ScriptAttribute>;
}

/** A tensor is given by its name in the checkpoint. Undefined stands for what no program needs. */
export type ScriptAttribute =
  | null
  | undefined
  | boolean
  | number
  | string
  | { readonly tensor: string }
  | readonly ScriptAttribute[]
  | ScriptObject;

/** The graph of a torch.export archive as it stands in the file: plain data, nothing of it interpreted. */
export interface ExportedGraph {
  /** In an order in which they can be computed. */
  readonly nodes: readonly ExportedNode[];
  /** Parameters, buffers and constants by the names that the graph has for them, and what the checkpoint calls them. */
  readonly tensors: ReadonlyMap<string, string>;
  readonly inputs: readonly ExportedInput[];
  /** Names of the values that the module gives; what it changes besides is left out. */
  readonly outputs: readonly string[];
}

export interface ExportedInput {
  readonly name: string;
  /** Sizes, samples included, with null for one that may vary; null where it is no tensor. */
  readonly shape: readonly (number | null)[] | null;
}

export interface ExportedNode {
  /** e.g. "torch.ops.aten.linear.default". */
  readonly target: string;
  readonly args: readonly { readonly name: string; readonly value: ExportedValue }[];
  /** Names of the values it gives: a list of names is one value that is a list. */
  readonly outputs: readonly (string | null | readonly (string | null)[])[];
  /** The module it is in, e.g. "layer1.0"; "" for the root. */
  readonly module: string;
}

/** An argument. Another node's value is given by its name; undefined stands for what no operator needs. */
export type ExportedValue =
  null | undefined | boolean | number | string | { readonly value: string } | readonly ExportedValue[];
