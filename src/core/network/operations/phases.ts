/** Positions φ, φ + stride, … along one side of an image, and how a convolution's transpose reaches them. */
export interface Phase {
  readonly first: number;
  readonly count: number;
  /** Taps of the kernel in the order in which they meet the results, or null for none. */
  readonly taps: readonly (number | null)[];
  readonly dilation: number;
  /** Zeros before and after the results. */
  readonly pads: readonly [before: number, after: number];
}

/**
 * Takes the transpose of a strided convolution apart, along one side: the positions φ + stride · q of one φ are met by
 * few taps, t₀, t₀ + step, …, and are a convolution of the results with these, of stride 1. So no product with an
 * inserted zero is computed. Position i is met by tap t of result o where i = stride · o + dilation · t − pad.
 * @returns phases that any tap meets
 */
export function phasesOf(side: {
  readonly length: number;
  readonly results: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
}): readonly Phase[] {
  const { length, results, kernel, stride, dilation, pad } = side;
  const divisor = greatestCommonDivisor(stride, dilation);
  const [step, apart] = [stride / divisor, dilation / divisor];
  const phases: Phase[] = [];
  for (let first = 0; first < Math.min(stride, length); first++) {
    const count = Math.ceil((length - first) / stride);
    let start = 0;
    while (start < kernel && (first + pad - start * dilation) % stride !== 0) start++;
    if (start === kernel) continue;
    // Position q of the phase meets result q + shift − j · apart with tap start + j · step, j = 0 … last.
    const shift = (first + pad - start * dilation) / stride;
    const last = Math.floor((kernel - 1 - start) / step);
    // Where results see nothing but padding, taps of zeros keep the padding around the results from being negative.
    const lowest = Math.min(0, Math.floor((count + shift - results) / apart));
    const highest = Math.max(last, Math.ceil(shift / apart));
    const taps = Array.from({ length: highest - lowest + 1 }, (_, k) => {
      const j = highest - k;
      return j < 0 || j > last ? null : start + j * step;
    });
    const before = highest * apart - shift;
    phases.push({
      first,
      count,
      taps,
      dilation: apart,
      pads: [before, count - results + shift - lowest * apart],
    });
  }
  return phases;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
