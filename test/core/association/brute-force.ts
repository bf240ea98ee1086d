import type { SquareMatrix } from '../../../src/core/base/matrix';
import type { DenseStack } from '../../../src/core/network/dense-stack';
import { elementwise } from '../../../src/core/network/ops/elementwise';

type Rows = number[][];

/** The definitions, sample by sample in float64, over the units of all hidden layers together. */
export function bruteForce(
  stack: DenseStack,
  inputs: Float32Array,
  labels: Int32Array,
): Record<string, SquareMatrix> {
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
    // ∂z/∂h of every layer, side by side.
    const towardsLogits = logits.map((): number[] => []);
    values.forEach((h, layer) => {
      const rows = jacobian((at) => tail(stack, layer + 1, at), h);
      rows.forEach((row, o) => towardsLogits[o]!.push(...row));
    });
    addGram(sums.backward_jac, transposed(towardsLogits));
    addHessian(sums.backward_hess, stack, values, labels[b]!);
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
    const next = affine(layer, h).map(elementwise(layer.activation).value);
    values.push(next);
    h = next;
  }
  return { values, logits: affine(stack.readout, h) };
}

/** The logits as a function of the activations that enter layer `from`. */
function tail(stack: DenseStack, from: number, h: readonly number[]): number[] {
  return forward({ ...stack, hidden: stack.hidden.slice(from) }, h).logits;
}

/** Block (a, b), a before b, is (∂h_b/∂h_a)ᵀ H_bb, with H_bb the Hessian of the cross-entropy in h_b. */
function addHessian(to: Float64Array, stack: DenseStack, values: Rows, label: number): void {
  const offsets = values.map((_, l) => values.slice(0, l).reduce((sum, h) => sum + h.length, 0));
  const size = Math.sqrt(to.length);
  values.forEach((h, b) => {
    const hessian = jacobian((at) => lossGradient(stack, b + 1, at, label), h);
    values.slice(0, b + 1).forEach((earlier, a) => {
      const between = { ...stack, hidden: stack.hidden.slice(a + 1, b + 1) };
      const onTheWay = (at: readonly number[]): number[] => forward(between, at).values.at(-1) ?? [...at];
      const towards = a === b ? null : jacobian(onTheWay, earlier);
      earlier.forEach((_, i) => {
        h.forEach((_, j) => {
          const value =
            towards === null
              ? hessian[i]![j]!
              : towards.reduce((sum, row, k) => sum + row[i]! * hessian[k]![j]!, 0);
          to[(offsets[a]! + i) * size + offsets[b]! + j]! += value;
          if (a < b) to[(offsets[b]! + j) * size + offsets[a]! + i]! += value;
        });
      });
    });
  });
}

/** ∂L/∂h of the activations that enter layer `from`, back-propagated. */
function lossGradient(stack: DenseStack, from: number, h: readonly number[], label: number): number[] {
  const layers = stack.hidden.slice(from);
  const inputs = [h, ...forward({ ...stack, hidden: layers }, h).values];
  const logits = affine(stack.readout, inputs.at(-1) ?? h);
  let gradient = vjp(
    stack.readout,
    softmax(logits).map((p, o) => (o === label ? p - 1 : p)),
  );
  for (const [l, layer] of [...layers.entries()].reverse()) {
    const slopes = affine(layer, inputs[l]!).map(elementwise(layer.activation).slope);
    gradient = vjp(
      layer,
      gradient.map((g, i) => g * slopes[i]!),
    );
  }
  return gradient;
}

/** Wᵀ y, the vector-Jacobian product of a layer without its nonlinearity. */
function vjp(layer: DenseStack['readout'], y: readonly number[]): number[] {
  return Array.from({ length: layer.inputs }, (_, k) =>
    y.reduce((sum, value, i) => sum + layer.weight[i * layer.inputs + k]! * value, 0),
  );
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
