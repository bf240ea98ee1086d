import type { Engine } from '../../tensor/engine';
import type { Shape } from '../../tensor/shape';

/** A parameter's values in float32, row-major. */
export interface Parameter {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** What an operation of one kind means. Shapes are those of one sample, channels before positions, e.g. [64] or [16, 32, 32]. */
export interface Rules<O> {
  /** Names of the parameters it takes. */
  parameters(operation: O): readonly string[];
  /**
   * The shape of its values.
   * @param inputs those of the nodes it reads
   * @param parameter that of a parameter by name
   * @throws ShapeError where they do not fit
   */
  shape(operation: O, inputs: readonly Shape[], parameter: (name: string) => Shape): Shape;
  kernel(operation: O, site: Site): Kernel;
}

/** Where an operation stands in a network. */
export interface Site {
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  readonly engine: Engine;
  readonly parameter: (name: string) => Parameter;
}

/** Shapes that do not fit together; whoever builds a graph names the node. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** The sides of a weight. @throws ShapeError where it is no matrix */
export function matrixSides(shape: Shape): [rows: number, columns: number] {
  const [rows, columns, ...rest] = shape;
  if (rows === undefined || columns === undefined || rest.length > 0)
    throw new ShapeError(`has a weight of [${String(shape)}], not of two dimensions`);
  return [rows, columns];
}

/**
 * An operation y = f(x₁, x₂, …) of one place in a network, ready to compute in evaluation mode. Arrays hold one sample
 * after the other, [samples, ...shape] row-major, and may be longer than that. Where derivatives are taken there are
 * `perSample` rows for every sample, one after the other: row r is about sample ⌊r / perSample⌋.
 */
export interface Kernel {
  /** out = f(inputs). */
  forward(inputs: readonly Float32Array[], samples: number, out: Float32Array): void;
  /** Jacobian-vector products: out = Σ_i ∂f/∂x_i · tangents[i]. A tangent that is null is zero; one at least is not. */
  jvp(at: Point, tangents: readonly (Float32Array | null)[], perSample: number, out: Float32Array): void;
  /** Vector-Jacobian products: into[i] += (∂f/∂x_i)ᵀ · cotangent, for every input that is not null. */
  vjp(at: Point, cotangent: Float32Array, perSample: number, into: readonly (Float32Array | null)[]): void;
  /**
   * Hessian-vector products, the Hessian being the second-order term of f: with δ = ∂L/∂y,
   * into[i] += Σ_j (Σ_k δ_k ∂²y_k/∂x_i∂x_j) · tangents[j]. Null where f is piecewise linear.
   * @param delta δ, one row per sample
   * @param tangents per input, `perSample` rows per sample; null is zero
   */
  readonly hvp:
    | null
    | ((
        at: Point,
        delta: Float32Array,
        tangents: readonly (Float32Array | null)[],
        perSample: number,
        into: readonly (Float32Array | null)[],
      ) => void);
}

/** Where derivatives are taken: what `forward` was given and gave. */
export interface Point {
  readonly samples: number;
  readonly inputs: readonly Float32Array[];
  readonly output: Float32Array;
}

/** y = A x, of so many rows. */
export interface LinearMap {
  /** out = A x. */
  readonly apply: (x: Float32Array, rows: number, out: Float32Array) => void;
  /** into += Aᵀ y. */
  readonly applyTransposed: (y: Float32Array, rows: number, into: Float32Array) => void;
}

/**
 * The kernel of an operation that is linear in one input, and a constant.
 * @param offset y += the constant
 */
export function linearKernel({
  apply,
  applyTransposed,
  offset = () => undefined,
}: LinearMap & { readonly offset?: ((y: Float32Array, rows: number) => void) | undefined }): Kernel {
  return {
    forward(inputs, samples, out) {
      apply(inputs[0]!, samples, out);
      offset(out, samples);
    },
    jvp({ samples }, [tangent], perSample, out) {
      if (tangent) apply(tangent, samples * perSample, out);
    },
    vjp({ samples }, cotangent, perSample, [into]) {
      if (into) applyTransposed(cotangent, samples * perSample, into);
    },
    hvp: null,
  };
}
