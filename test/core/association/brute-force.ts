import type { DenseStack } from '../../../src/core/network/dense-stack';
import type { SquareMatrix } from '../../../src/core/matrix';

type Rows = number[][];

/** The definitions, sample by sample in float64, over the units of all hidden layers together. */
export function bruteForce(stack: DenseStack, inputs: Float32Array): Record<string, SquareMatrix> {
  const width = stack.hidden[0]!.inputs;
  const samples = inputs.length / width;
  const size = stack.hidden.reduce((sum, layer) => sum + layer.outputs, 0);
  const activations: Rows = [];
  const sums = { forward_jac: zeros(size), backward_jac: zeros(size), backward_hess: zeros(size) };
  for (let b = 0; b < samples; b++) {
    const x = [...inputs.subarray(b * width, (b + 1) * width)];
    const { values, logits } = forward(stack, x);
    activations.push(values.flat());
    const towardsInput = jacobian((at) => forward(stack, at).values.flat(), x);
    addGram(sums.forward_jac, towardsInput);
    // ∂z/∂h of every layer, side by side; the Hessian block (a, b), a before b, is (∂h_b/∂h_a)ᵀ H_bb = G_aᵀ M G_b.
    const towardsLogits = logits.map((): number[] => []);
    values.forEach((h, layer) => {
      const rows = jacobian((at) => tail(stack, layer + 1, at), h);
      rows.forEach((row, o) => towardsLogits[o]!.push(...row));
    });
    addGram(sums.backward_jac, transposed(towardsLogits));
    const p = softmax(logits);
    for (const [o, row] of towardsLogits.entries()) {
      for (const [q, other] of towardsLogits.entries()) {
        const m = (o === q ? p[o]! : 0) - p[o]! * p[q]!;
        row.forEach((g, i) => {
          other.forEach((k, j) => (sums.backward_hess[i * size + j]! += m * g * k));
        });
      }
    }
  }
  const covariance = zeros(size);
  const mean = activations[0]!.map((_, i) => activations.reduce((sum, h) => sum + h[i]!, 0) / samples);
  for (const h of activations) {
    h.forEach((a, i) => {
      h.forEach((c, j) => (covariance[i * size + j]! += (a - mean[i]!) * (c - mean[j]!)));
    });
  }
  const all = { forward_cov: covariance, ...sums };
  return Object.fromEntries(
    Object.entries(all).map(([name, data]) => [name, { size, data: data.map((value) => value / samples) }]),
  );
}

function forward(stack: DenseStack, x: readonly number[]): { values: Rows; logits: number[] } {
  const values: Rows = [];
  let h: readonly number[] = x;
  for (const layer of stack.hidden) {
    const next = affine(layer, h).map((a) => (a > 0 ? a : a * layer.negativeSlope));
    values.push(next);
    h = next;
  }
  return { values, logits: affine(stack.readout, h) };
}

/** The logits as a function of the activations that enter layer `from`. */
function tail(stack: DenseStack, from: number, h: readonly number[]): number[] {
  return forward({ ...stack, hidden: stack.hidden.slice(from) }, h).logits;
}

function affine(layer: DenseStack['readout'], x: readonly number[]): number[] {
  return Array.from({ length: layer.outputs }, (_, i) =>
    x.reduce((sum, value, k) => sum + layer.weight[i * layer.inputs + k]! * value, layer.bias[i]!),
  );
}

/** Central differences: exact to rounding where the function is linear nearby. [outputs][inputs] */
function jacobian(f: (x: readonly number[]) => number[], x: readonly number[]): Rows {
  const step = 1e-6;
  const columns = x.map((_, k) => {
    const moved = (by: number) => f(x.map((value, i) => (i === k ? value + by : value)));
    const [up, down] = [moved(step), moved(-step)];
    return up.map((value, i) => (value - down[i]!) / (2 * step));
  });
  return transposed(columns);
}

function transposed(rows: Rows): Rows {
  return rows[0]!.map((_, j) => rows.map((row) => row[j]!));
}

function softmax(z: readonly number[]): number[] {
  const e = z.map((value) => Math.exp(value - Math.max(...z)));
  const sum = e.reduce((a, b) => a + b);
  return e.map((value) => value / sum);
}

function addGram(to: Float64Array, rows: Rows): void {
  rows.forEach((a, i) => {
    rows.forEach((b, j) => (to[i * rows.length + j]! += a.reduce((sum, value, k) => sum + value * b[k]!, 0)));
  });
}

function zeros(size: number): Float64Array {
  return new Float64Array(size * size);
}
