/** The graph of an ONNX model as it stands in the file: plain data, nothing of it interpreted. */
export interface OnnxGraph {
  /** Version of the standard operators. */
  readonly opset: number;
  /** What a run is given; initializers that are listed as inputs too are not among them. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** In an order in which they can be computed. */
  readonly nodes: readonly OnnxNode[];
  /** Names of the values that are tensors of the file. */
  readonly initializers: ReadonlySet<string>;
}

/** An input or output. */
export interface OnnxValue {
  readonly name: string;
  /** Sizes; null for one that is left open. The whole is null where nothing is said. */
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

/** A tensor is given by its name in the checkpoint. Null is what no operator here needs: a subgraph, a type. */
export type OnnxAttribute =
  number | string | readonly number[] | readonly string[] | { readonly tensor: string } | null;
