import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Comparison } from '../../../src/core/study/comparison';
import { comparedPictures, compareResults } from '../../../src/host/compare';
import type { ComparedSummary, ComparisonMethods } from '../../../src/protocol';
import { DIGITS, modscope } from '../../support/command';
import type { ComparisonAnswers } from './page';

/** Two of one run, and one of another. */
const NAMES = ['digits_trajectory_epoch=030', 'digits_trajectory_epoch=150', 'digits_drop=0.0_run=0'];

export interface Compared {
  /** Of the first two, and of all three. */
  readonly oneRun: Comparison;
  readonly all: Comparison;
  /** @param count how many of them are compared */
  readonly answers: (count: number) => ComparisonAnswers;
  readonly dispose: () => void;
}

/** Checkpoints of the sample, analyzed by the command line as it ships, and compared as the analysis host does it. */
export async function comparedDigits(): Promise<Compared> {
  const root = mkdtempSync(join(tmpdir(), 'modscope-compared-'));
  const paths = NAMES.map((name) => join(DIGITS, `checkpoints/${name}.ckpt`));
  const analyze = ['analyze', ...paths, '--matrices', '--nulls', 'untrained:5', '--out', root];
  const { code, err } = await modscope(analyze);
  if (code !== 0) throw new Error(err);
  const compared = paths.map((checkpoint, i) => ({ checkpoint, folder: join(root, NAMES[i] ?? '') }));
  const compare = (count: number): Promise<Comparison> =>
    compareResults({ compared: compared.slice(0, count) });
  const [oneRun, all] = [await compare(2), await compare(3)];
  const summaries = compared.map(({ checkpoint }): ComparedSummary => ({
    id: checkpoint,
    name: basename(checkpoint),
    state: 'done',
    message: null,
  }));
  const pictures = (
    wanted: ComparisonMethods['pictures']['input'],
    count: number,
  ): ReturnType<typeof comparedPictures> => {
    const folders = compared.slice(0, count).map(({ folder }) => folder);
    const { signal } = new AbortController();
    return comparedPictures(
      { ...wanted, folders },
      { signal, emit: () => undefined, transfer: () => undefined },
    );
  };
  return {
    oneRun,
    all,
    answers: (count) => ({
      summary: () => ({ checkpoints: summaries.slice(0, count), palette: 'viridis' }),
      comparison: () => (count === 2 ? oneRun : all),
      pictures: (wanted) => pictures(wanted, count),
      open: () => null,
      copy: () => null,
      run: () => null,
    }),
    dispose: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
