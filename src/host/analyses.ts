import { analyze } from '../core/analysis/analyze';
import type { ProgressListener, Stage } from '../core/analysis/progress';
import { throwIfCancelled } from '../core/base/error';
import type { Measure } from '../core/measures';
import type { Report } from '../core/report';
import { writeReport } from '../core/report/write';
import type { AnalysisEvent, AnalysisRequest } from '../protocol';
import { Queue } from '../queue';
import type { CallContext } from '../rpc';
import { lookBefore, stampsOf, store } from './cache';
import { filesOf, inputShapeOf } from './data-choice';
import { readReport } from './results';
import { resolveRequest } from './settings';
import { FIRST_GUESS, TimeLeft } from './time-left';
import type { WarmCompute } from './warm-compute';

/** Analyses one after the other: each has all the threads to itself. */
export class AnalysisRunner {
  readonly #queue = new Queue();
  #expected: Readonly<Record<Stage, number>> = FIRST_GUESS;

  constructor(readonly compute: WarmCompute) {}

  /** Answers at once when it is cancelled, whatever is still winding down; the next one waits for that. */
  run(request: AnalysisRequest, call: CallContext<AnalysisEvent>): Promise<Report> {
    return this.#queue.add(() => this.#run(request, call), { signal: call.signal });
  }

  async #run(request: AnalysisRequest, { signal, emit }: CallContext<AnalysisEvent>): Promise<Report> {
    const resolved = await resolveRequest(request);
    const { input, settings } = resolved;
    const before = await lookBefore(resolved);
    const compute = await this.compute.take(settings);
    const stop = (): void => void compute.close();
    signal.addEventListener('abort', stop);
    try {
      throwIfCancelled(signal);
      const skipped = settings.nulls?.length === 0 ? { nulls: 0 } : {};
      const time = new TimeLeft({ ...this.#expected, ...skipped });
      const onProgress: ProgressListener = (stage, done, total) => {
        emit({ type: 'progress', stage, done, total, secondsLeft: time.update(stage, done, total) });
      };
      const { report, matrices, files, data } = await analyze(input, settings, compute, {
        onProgress,
        onClustered: (layer, measure, { q, count }) => {
          emit({ type: 'method', layer, method: measure, q, count });
        },
      });
      throwIfCancelled(signal);
      onProgress('write', 0, 0);
      const [, ...others] = files;
      const found = {
        ...before,
        checkpoint: [...before.checkpoint, ...(await stampsOf(others))],
        data: await stampsOf(filesOf(data)),
        inputShape: [...inputShapeOf(data)],
      };
      const lookup = (layer: string, measure: Measure) => matrices.get(layer)?.get(measure);
      await store(request.folder, found, (folder) => writeReport(folder, report, lookup, { matrices: true }));
      // Without null networks it says nothing of how long they take.
      const { nulls: nullSeconds } = this.#expected;
      this.#expected = { ...this.#expected, ...time.finish() };
      if (report.settings.nulls.length === 0) this.#expected = { ...this.#expected, nulls: nullSeconds };
      // As it is stored, with the matrices' places.
      return await readReport(request.folder);
    } finally {
      signal.removeEventListener('abort', stop);
      this.compute.release();
    }
  }
}
