import { expect } from 'vitest';

/** Compares numbers, remembers the largest difference, and prints it at the end. */
export class Worst {
  readonly #worst = new Map<string, number>();

  /** Both null, or closer than the tolerance: absolute, above 1 relative. */
  see(field: string, actual: number | null, expected: number | null, tolerance: number, where = ''): void {
    if (actual === null || expected === null) {
      expect(actual, `${field} ${where}`).toBe(expected);
      return;
    }
    const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
    expect(error, `${field} ${where}: ${actual}, expected ${expected}`).toBeLessThanOrEqual(tolerance);
    this.#worst.set(field, Math.max(error, this.#worst.get(field) ?? 0));
  }

  print(title: string): void {
    const fields = [...this.#worst].map(([field, error]) => `${field} ${error.toExponential(1)}`);
    process.stdout.write(`${title}: worst error ${fields.join(', ')}\n`);
  }
}
