import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../../src/core/report';
import { matrixPicture } from '../../../src/host/picture';
import type { ResultSummary } from '../../../src/protocol';
import { matrixOf, readValues, withMatrix } from '../../../src/store/results';
import { DIGITS, modscope } from '../../support/command';
import type { Answers } from './page';

export const SUMMARY: ResultSummary = {
  id: 'digits',
  name: 'digits_drop=0.3_run=0.ckpt',
  path: join(DIGITS, 'checkpoints/digits_drop=0.3_run=0.ckpt'),
  state: 'done',
  message: null,
  about: null,
};

export interface Digits {
  readonly report: Report;
  readonly answers: Answers;
  readonly dispose: () => void;
}

/** A checkpoint of the sample, analyzed by the command line as it ships. */
export async function analyzedDigits(): Promise<Digits> {
  const folder = mkdtempSync(join(tmpdir(), 'modscope-webview-'));
  const { code, err } = await modscope([
    'analyze',
    SUMMARY.path,
    '--matrices',
    '--nulls',
    'untrained:5',
    '--out',
    folder,
  ]);
  if (code !== 0) throw new Error(err);
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report; // just written
  return {
    report,
    answers: {
      results: () => [SUMMARY],
      report: () => report,
      picture: ({ layer, method, scale, widest }) =>
        withMatrix(folder, layer, method, async (stored) =>
          matrixPicture(await matrixOf(stored), stored.result.clusters, { scale, widest }),
        ),
      values: ({ layer, method, rows, columns }) =>
        withMatrix(folder, layer, method, (stored) => readValues(stored, rows, columns)),
      selected: () => null,
      save: () => null,
      copy: () => null,
      run: () => null,
    },
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
