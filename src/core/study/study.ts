import { isAbsolute } from 'node:path';
import { glob } from 'tinyglobby';
import { InputError } from '../base/error';
import { naturalOrder } from '../network/network';
import type { Report } from '../report';

/** Many checkpoints: the reports of those that could be analyzed, and why the others could not. */
export interface Study {
  readonly reports: readonly Report[];
  readonly failures: readonly InputError[];
}

/**
 * Analyzes checkpoints one after the other; a bad one is passed over, so that it does not cost the others.
 * @param onFailure told of each as it is met
 * @throws InputError when none could be analyzed
 */
export async function study(
  checkpoints: readonly string[],
  analyze: (checkpoint: string) => Promise<Report>,
  onFailure: (error: InputError) => void,
): Promise<Study> {
  const reports: Report[] = [];
  const failures: InputError[] = [];
  for (const checkpoint of checkpoints) {
    try {
      reports.push(await analyze(checkpoint));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.push(error);
      onFailure(error);
    }
  }
  if (reports.length === 0) {
    throw new InputError(checkpoints.join(' '), `none of ${checkpoints.length} files could be analyzed`);
  }
  return { reports, failures };
}

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
