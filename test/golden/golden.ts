import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../shared/golden');

/** Whether the golden data lies beside the project. Without it, golden tests are skipped. */
export const hasGolden = existsSync(FOLDER);

if (!hasGolden) console.warn(`Golden comparisons are skipped: there is no ${FOLDER}`);

/** The path of a golden file: goldenPath('formats', 'same.npz'). */
export function goldenPath(...parts: string[]): string {
  return join(FOLDER, ...parts);
}
