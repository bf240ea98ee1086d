import type { DatasetOptions } from './dataset';

// Which of several arrays are inputs and labels, by their names.

/** The words for inputs and labels, the commonest first. */
const WORDS = [
  ['x', 'y'],
  ['images', 'labels'],
  ['data', 'targets'],
  ['data', 'labels'],
  ['data', 'target'],
  ['inputs', 'targets'],
  ['inputs', 'labels'],
  ['features', 'labels'],
  ['features', 'targets'],
] as const;

/** The word for inputs or labels that the user gave, or the commonest. */
export function nameOfArray(role: 'x' | 'y', options: DatasetOptions): string {
  return options[role] ?? role;
}

/**
 * Pairs of names that differ in the words for inputs and labels alone: "X_test" and "y_test", "digits-x" and "digits-y",
 * "train_images" and "train_labels".
 */
export function pairsOfArrays(
  names: readonly string[],
  options: DatasetOptions,
): { readonly x: string; readonly y: string }[] {
  if (options.x !== undefined || options.y !== undefined)
    return pairs(names, nameOfArray('x', options), nameOfArray('y', options));
  return WORDS.map(([x, y]) => pairs(names, x, y)).find((found) => found.length > 0) ?? [];
}

function pairs(names: readonly string[], inputs: string, labels: string): { x: string; y: string }[] {
  const word = inputs.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`(?<![a-z0-9])${word}(?![a-z0-9])`, 'i');
  return names.flatMap((x) => {
    const partner = x.replace(pattern, () => labels).toLowerCase();
    const y = names.find((name) => name.toLowerCase() === partner);
    return pattern.test(x) && y !== undefined ? [{ x, y }] : [];
  });
}
