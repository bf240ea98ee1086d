import type { DenseStack } from '../../network/dense-stack';
import { type Engine, Scratch, transposeMatrix } from '../../tensor/engine';
import { block, type Blocks } from '../sums/blocks';
import type { Predictions } from '../sums/loss';
import type { Activations } from './stack-forward';

/** Floats of the matrices of one tile. */
const TILE_FLOATS = 1 << 18;

/**
 * The curvature of the nonlinearities: what smooth ones add to the loss Hessian, exactly. Per sample, with δ = ∂L/∂h, D the slopes σ'(a) and
 * c = δ σ''(a) of layer l + 1, the term of layer l is E_l = Wᵀ (D E_{l+1} D + diag(c)) W, W being layer l + 1's weight, and
 * E = 0 at the last layer; towards an earlier layer a it is J_{l←a}ᵀ E_l. The mirror image of the upstream Jacobian.
 */
export class StackCurvature {
  readonly #rows = [new Scratch(), new Scratch(), new Scratch()];

  /** @param hessian the sums it adds to */
  constructor(
    readonly engine: Engine,
    readonly stack: DenseStack,
    readonly hessian: Blocks,
  ) {}

  add(activations: Activations, predictions: Predictions): void {
    const { samples } = activations;
    const diagonals = this.#diagonals(activations, predictions);
    const widest = Math.max(...this.stack.hidden.map(({ outputs }) => outputs));
    const tile = Math.max(1, Math.floor(TILE_FLOATS / widest ** 2));
    for (let first = 0; first < samples; first += tile) {
      this.#addTile(activations.slopes, diagonals, first, Math.min(first + tile, samples));
    }
  }

  /** c of every hidden layer, [samples, units]; null where it is zero. */
  #diagonals(
    { samples, slopes, curvatures }: Activations,
    predictions: Predictions,
  ): (Float32Array | null)[] {
    const { hidden, readout } = this.stack;
    let delta = predictions.gradient();
    let above = readout;
    const diagonals: (Float32Array | null)[] = hidden.map(() => null);
    for (let l = hidden.length - 1; l >= 0; l--) {
      const units = above.inputs;
      const own = new Float32Array(samples * units);
      this.engine.multiply(delta, above.weight, samples, above.outputs, units, own);
      diagonals[l] = curvatures[l]?.subarray(0, own.length).map((value, i) => value * own[i]!) ?? null;
      delta = own.map((value, i) => value * slopes[l]![i]!);
      above = hidden[l]!;
    }
    return diagonals;
  }

  #addTile(
    slopes: readonly Float32Array[],
    diagonals: readonly (Float32Array | null)[],
    first: number,
    end: number,
  ): void {
    const { hidden } = this.stack;
    const samples = end - first;
    /** E of the layer above, rows (sample, unit), columns its units; null where zero. */
    let above: Float32Array | null = null;
    for (let l = hidden.length - 2; l >= 0; l--) {
      const { weight, outputs: m, inputs: n } = hidden[l + 1]!;
      const diagonal = diagonals[l + 1] ?? null;
      if (above === null && diagonal === null) continue;
      const inner = this.#rows[0]!.take(samples * m * m);
      sandwich(above, slopes[l + 1]!, diagonal, first, end, m, inner);
      const half = this.#rows[1]!.take(samples * m * n);
      this.engine.multiply(inner, weight, samples * m, m, n, half);
      const transposed = this.#rows[0]!.take(samples * n * m);
      transposeEach(half, samples, m, n, transposed);
      const own = new Float32Array(samples * n * n);
      this.engine.multiply(transposed, weight, samples * n, m, n, own);
      this.#addRows(l, l, own, samples);
      above = own;
      this.#addEarlier(l, own, slopes, first, end);
    }
  }

  /** The blocks with earlier layers: rows stay the units of layer l, columns go down layer by layer. */
  #addEarlier(
    l: number,
    own: Float32Array,
    slopes: readonly Float32Array[],
    first: number,
    end: number,
  ): void {
    const { hidden } = this.stack;
    if (l === 0 || block(this.hessian, 0, l) === null) return;
    const samples = end - first;
    const rows = samples * hidden[l]!.outputs;
    let reached = own;
    for (let a = l - 1; a >= 0; a--) {
      const { weight, outputs: m, inputs: n } = hidden[a + 1]!;
      const scaled = this.#rows[1]!.take(rows * m);
      for (let r = 0, at = 0; r < rows; r++) {
        const slopeAt = (first + Math.floor(r / hidden[l]!.outputs)) * m;
        for (let j = 0; j < m; j++, at++) scaled[at] = reached[at]! * slopes[a + 1]![slopeAt + j]!;
      }
      reached = this.#rows[2]!.take(rows * n);
      this.engine.multiply(scaled, weight, rows, m, n, reached);
      this.#addRows(a, l, reached, samples);
    }
  }

  /** Block (a, l) += the rows (sample, unit of l), columns units of a, summed over the samples. */
  #addRows(a: number, l: number, rows: Float32Array, samples: number): void {
    const sum = block(this.hessian, a, l);
    if (sum === null) return;
    const [columns, units] = [this.hessian.sizes[a]!, this.hessian.sizes[l]!];
    for (let b = 0, at = 0; b < samples; b++) {
      for (let i = 0; i < units; i++) {
        for (let j = 0; j < columns; j++, at++) sum[j * units + i]! += rows[at]!;
      }
    }
  }
}

/** out = D E D + diag(c) per sample. */
function sandwich(
  matrices: Float32Array | null,
  slopes: Float32Array,
  diagonal: Float32Array | null,
  first: number,
  end: number,
  size: number,
  out: Float32Array,
): void {
  for (let b = first, at = 0; b < end; b++) {
    for (let i = 0; i < size; i++) {
      const slope = slopes[b * size + i]!;
      for (let j = 0; j < size; j++, at++)
        out[at] = matrices === null ? 0 : slope * matrices[at]! * slopes[b * size + j]!;
      if (diagonal !== null) out[at - size + i]! += diagonal[b * size + i]!;
    }
  }
}

/** Every sample's [rows, columns] transposed. */
function transposeEach(
  matrices: Float32Array,
  samples: number,
  rows: number,
  columns: number,
  out: Float32Array,
): void {
  const size = rows * columns;
  for (let b = 0; b < samples; b++)
    transposeMatrix(
      matrices.subarray(b * size, (b + 1) * size),
      rows,
      columns,
      out.subarray(b * size, (b + 1) * size),
    );
}
