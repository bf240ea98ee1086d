export interface Tick {
  /** 0 at the low end … 1 at the high end. */
  readonly at: number;
  readonly label: string;
}

/** From values to positions on a colour bar, with the bar's labels. */
export interface Scale {
  /** value → 0…1; what lies outside takes the end's colour. */
  position(value: number): number;
  readonly ticks: readonly Tick[];
  /** Power of ten taken out of the labels: "2" with exponent −6 means 2e-6. */
  readonly exponent: number;
  /** Whether there are values above the high end. */
  readonly clipped: boolean;
}

/** Steps of 1, 2 or 5 times a power of ten, three to seven of them. */
export function linearScale(low: number, high: number, clipped = false): Scale {
  const span = high - low;
  const step = niceStep(span / 6.5);
  const exponent = tidyExponent(Math.max(Math.abs(low), Math.abs(high)));
  const decimals = Math.max(0, exponent - Math.floor(Math.log10(step) + 1e-9));
  const ticks: Tick[] = [];
  // Whole multiples: adding up steps would drift.
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * span; k++) {
    ticks.push({
      at: (k * step - low) / span,
      label: (k === 0 ? 0 : (k * step) / 10 ** exponent).toFixed(decimals),
    });
  }
  return { position: (value) => clip((value - low) / span), ticks, exponent, clipped };
}

/** Whole decades, every one labelled, or every second or third where there are many. `low` must be above 0. */
export function logScale(low: number, high: number): Scale {
  const from = Math.floor(Math.log10(low) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(high) - 1e-9));
  const step = Math.ceil((to - from) / 7);
  const ticks: Tick[] = [];
  for (let k = from; k <= to; k += step) {
    ticks.push({ at: (k - from) / (to - from), label: `10${superscript(k)}` });
  }
  return {
    position: (value) => (value > 0 ? clip((Math.log10(value) - from) / (to - from)) : 0),
    ticks,
    exponent: 0,
    clipped: false,
  };
}

/** The next of 1, 2, 5, 10, … times a power of ten at or above a positive value. */
export function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}

export function superscript(exponent: number): string {
  return String(exponent).replace(/[-\d]/g, (digit) =>
    digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit)),
  );
}

/** 0 while plain decimals are short enough to read. */
function tidyExponent(size: number): number {
  const exponent = Math.floor(Math.log10(size) + 1e-9);
  return exponent < -2 || exponent > 3 ? exponent : 0;
}

function clip(position: number): number {
  return Math.min(1, Math.max(0, position));
}
