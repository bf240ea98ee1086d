import { isAbsolute } from 'node:path';
import { glob } from 'tinyglobby';
import { naturalOrder } from '../network/network';

/** Paths as they stand, patterns as the files they match, in the order people count; each once. */
export async function expandPatterns(patterns: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    patterns.map(async (pattern) =>
      /[*?[\]{}]/.test(pattern)
        ? (await glob(pattern, { onlyFiles: true, absolute: isAbsolute(pattern) })).sort(naturalOrder)
        : [pattern],
    ),
  );
  return [...new Set(found.flat())];
}
