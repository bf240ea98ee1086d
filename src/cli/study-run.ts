import { basename } from 'node:path';
import { ParallelCompute } from '../compute/parallel';
import { printable } from '../core/base/text';
import type { Entry } from '../core/study/manifest';
import type { Shard } from '../core/study/shard';
import type { StudyFolder } from '../store/study-folder';
import { runStudy, type RunSummary } from '../store/study-run';
import { clearProgress, progressLine } from './output';

export type OnCancel = (cancel: () => void) => void;

/** Runs a shard of a study: its progress, what fails and what was assumed on standard error. */
export async function runShard(
  folder: StudyFolder,
  { shard, workers }: { readonly shard: Shard; readonly workers: number | undefined },
  onCancel: OnCancel,
): Promise<RunSummary> {
  const stop = new AbortController();
  onCancel(() => {
    stop.abort();
  });
  const say = (line: string): void => {
    clearProgress();
    process.stderr.write(`${line}\n`);
  };
  const assumed = new Set<string>();
  try {
    return await runStudy(folder, {
      shard,
      // The worker and the WebAssembly modules lie beside this bundle.
      compute: ({ backend }) => new ParallelCompute({ backend, workers, folder: __dirname }),
      signal: stop.signal,
      onProgress: ({ path }) => progressLine(basename(path)),
      onStep: ({ path }, step, problem) => {
        if (step === 'failed') say(failure(path, problem ?? ''));
      },
      onAssumption: ({ path }: Entry, assumption) => {
        // Once for all of them: the checkpoints of a study are alike.
        if (!assumed.has(assumption)) say(`${printable(path)}: ${printable(assumption, 500)}`);
        assumed.add(assumption);
      },
    });
  } finally {
    clearProgress();
  }
}

/** Errors mostly say which file it was. */
function failure(path: string, problem: string): string {
  return printable(problem.includes(basename(path)) ? problem : `${path}: ${problem}`, 1000);
}
