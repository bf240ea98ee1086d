import { type Engine, Scratch, transposeMatrix } from '../../tensor/engine';
import { type Shape, sizeOf } from '../../tensor/shape';
import { broadcastStrides, stridedIndices } from '../../tensor/strides';
import { broadcast } from './arithmetic';
import { type Rules, ShapeError } from './rules';

/** Matrix products over the last two dimensions, the ones before them broadcast. */
export interface Matmul {
  readonly kind: 'matmul';
}

export const matmul: Rules<Matmul> = {
  parameters: () => [],

  shape(_operation, [a, b]) {
    const [m, k] = a?.slice(-2) ?? [];
    const [rows, n] = b?.slice(-2) ?? [];
    if (m === undefined || k === undefined || n === undefined || rows !== k)
      throw new ShapeError(`is given [${String(a)}] and [${String(b)}], which have no matrix product`);
    return [...broadcast(a?.slice(0, -2), b?.slice(0, -2)), m, n];
  },

  /** y = a b: a tangent or a cotangent of many rows is multiplied by one matrix of its sample. */
  kernel(_operation, { inputs, output, engine }) {
    const [shapeA = [], shapeB = []] = inputs;
    const [m = 1, k = 1] = shapeA.slice(-2);
    const [n = 1] = shapeB.slice(-1);
    const [sizeA, sizeB, size] = [sizeOf(shapeA), sizeOf(shapeB), sizeOf(output)];
    const batch = output.slice(0, -2);
    /** Of every product in a sample, the index of its matrix among those of an input. */
    const sourcesOf = (shape: Shape): Int32Array =>
      stridedIndices(batch, broadcastStrides(shape.slice(0, -2), batch));
    const [sourcesA, sourcesB] = [sourcesOf(shapeA), sourcesOf(shapeB)];
    const addProducts = stackedProducts(engine);

    const matrixA = (values: Float32Array, s: number, i: number): Float32Array =>
      part(values, s * sizeA + sourcesA[i]! * m * k, m * k);
    const matrixB = (values: Float32Array, s: number, i: number): Float32Array =>
      part(values, s * sizeB + sourcesB[i]! * k * n, k * n);
    const matrix = (values: Float32Array, s: number, i: number): Float32Array =>
      part(values, s * size + i * m * n, m * n);
    /** The i-th matrices of all rows of a sample. */
    const stacks = (s: number, i: number, perSample: number) => ({
      a: (values: Float32Array): Stack => ({
        ...{ values, start: s * perSample * sizeA + sourcesA[i]! * m * k, apart: sizeA },
        ...{ count: perSample, rows: m, columns: k },
      }),
      b: (values: Float32Array): Stack => ({
        ...{ values, start: s * perSample * sizeB + sourcesB[i]! * k * n, apart: sizeB },
        ...{ count: perSample, rows: k, columns: n },
      }),
      y: (values: Float32Array): Stack => ({
        ...{ values, start: s * perSample * size + i * m * n, apart: size },
        ...{ count: perSample, rows: m, columns: n },
      }),
    });

    return {
      forward(inputs, samples, out) {
        const [a, b] = [inputs[0]!, inputs[1]!];
        for (let s = 0; s < samples; s++) {
          for (let i = 0; i < sourcesA.length; i++)
            engine.multiply(matrixA(a, s, i), matrixB(b, s, i), m, k, n, matrix(out, s, i));
        }
      },

      jvp({ samples, inputs }, [tangentA, tangentB], perSample, out) {
        const [a, b] = [inputs[0]!, inputs[1]!];
        out.fill(0, 0, samples * perSample * size);
        for (let s = 0; s < samples; s++) {
          for (let i = 0; i < sourcesA.length; i++) {
            const of = stacks(s, i, perSample);
            const y = of.y(out);
            if (tangentA) addProducts(of.a(tangentA), matrixB(b, s, i), y);
            if (tangentB) {
              const flipped = transposeMatrix(matrixA(a, s, i), m, k);
              addProducts(transposed(of.b(tangentB)), flipped, transposed(y)); // (a t)ᵀ = tᵀ aᵀ
            }
          }
        }
      },

      vjp({ samples, inputs }, cotangent, perSample, [intoA, intoB]) {
        const [a, b] = [inputs[0]!, inputs[1]!];
        for (let s = 0; s < samples; s++) {
          for (let i = 0; i < sourcesA.length; i++) {
            const of = stacks(s, i, perSample);
            const y = of.y(cotangent);
            if (intoA) addProducts(y, transposeMatrix(matrixB(b, s, i), k, n), of.a(intoA)); // u bᵀ
            if (intoB) addProducts(transposed(y), matrixA(a, s, i), transposed(of.b(intoB))); // (aᵀ u)ᵀ = uᵀ a
          }
        }
      },

      hvp({ samples }, delta, [tangentA, tangentB], perSample, [intoA, intoB]) {
        for (let s = 0; s < samples; s++) {
          for (let i = 0; i < sourcesA.length; i++) {
            const of = stacks(s, i, perSample);
            const own = matrix(delta, s, i);
            if (intoA && tangentB) {
              addProducts(of.b(tangentB), transposeMatrix(own, m, n), transposed(of.a(intoA))); // (δ tᵀ)ᵀ = t δᵀ
            }
            if (intoB && tangentA) addProducts(transposed(of.a(tangentA)), own, of.b(intoB)); // tᵀ δ
          }
        }
      },
    };
  },
};

function part(values: Float32Array, start: number, length: number): Float32Array {
  return values.subarray(start, start + length);
}

/** Matrices in an array, the first at `start`, `apart` from each other. */
interface Stack {
  readonly values: Float32Array;
  readonly start: number;
  readonly apart: number;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** Whether they are stored column by column. */
  readonly flipped?: boolean;
}

function transposed({ rows, columns, flipped, ...rest }: Stack): Stack {
  return { ...rest, rows: columns, columns: rows, flipped: flipped !== true };
}

/**
 * target += stack · matrix, matrix by matrix, in one product of the engine: calls would cost more than small products do.
 * @param matrix [columns of the stack, columns of the target]
 */
function stackedProducts(engine: Engine): (stack: Stack, matrix: Float32Array, target: Stack) => void {
  const [factors, products] = [new Scratch(), new Scratch()];
  return (stack, matrix, target) => {
    const { count, rows, columns } = stack;
    const size = rows * columns;
    const factor = factors.take(count * size);
    for (let i = 0; i < count; i++) {
      const start = stack.start + i * stack.apart;
      const own = stack.values.subarray(start, start + size);
      if (stack.flipped) transposeMatrix(own, columns, rows, factor.subarray(i * size));
      else factor.set(own, i * size);
    }
    const product = products.take(count * rows * target.columns);
    engine.multiply(factor, matrix, count * rows, columns, target.columns, product);
    const [down, right] = target.flipped ? [1, rows] : [target.columns, 1];
    for (let i = 0, at = 0; i < count; i++) {
      for (let row = 0; row < rows; row++) {
        let to = target.start + i * target.apart + row * down;
        for (const end = at + target.columns; at < end; at++, to += right) target.values[to]! += product[at]!;
      }
    }
  };
}
