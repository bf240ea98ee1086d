import { ParallelCompute } from '../compute/parallel';
import { filesOf, inputShapeOf } from '../core/analysis/analysis-data';
import { type Analysis, analyze } from '../core/analysis/analyze';
import type { ClusteredListener } from '../core/analysis/layers';
import { type ProgressListener, type Stage, STAGES } from '../core/analysis/progress';
import { throwIfCancelled } from '../core/base/error';
import type { Measure } from '../core/measures';
import { writeReport } from '../core/render/write';
import type { Report } from '../core/report';
import type { AnalysisEvent, AnalysisRequest } from '../protocol';
import { Queue } from '../queue';
import type { CallContext } from '../rpc';
import type { Settings } from '../settings/table';
import { type Fingerprint, lookBefore, stampsOf, store } from '../store/cache';
import { NullFolder } from '../store/null-folder';
import { resolveRequest } from '../store/request';
import { readReport } from '../store/results';
import { SharedNulls } from '../store/shared-nulls';

/** Runs analyses one after the other, each with all the threads to itself, and stores their results. */
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
      const nulls = new SharedNulls(new NullFolder(request.nulls));
      const onClustered: ClusteredListener = (layer, measure, { q, count }) => {
        emit({ type: 'method', layer, method: measure, q, count });
      };
      const onMeasured = async (measured: Analysis): Promise<void> => {
        await keep(request.folder, { ...before, nulls: {}, complete: false }, measured);
        emit({ type: 'measured' });
      };
      const analysis = await analyze(
        input,
        settings,
        compute,
        { onProgress, onClustered, onMeasured },
        nulls,
      );
      const { report } = analysis;
      throwIfCancelled(signal);
      onProgress('write', 0, 0);
      await keep(request.folder, { ...before, nulls: nulls.keys, complete: true }, analysis);
      // An analysis without null networks says nothing of how long they take.
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

/** Stores an analysis and all that it depends on. */
async function keep(
  folder: string,
  known: Omit<Fingerprint, 'data' | 'inputShape'>,
  analysis: Analysis,
): Promise<void> {
  const { report, matrices, files, data } = analysis;
  const [, ...others] = files;
  const found = {
    ...known,
    checkpoint: [...known.checkpoint, ...(await stampsOf(others))],
    data: await stampsOf(filesOf(data)),
    inputShape: [...inputShapeOf(data)],
  };
  const lookup = (layer: string, measure: Measure) => matrices.get(layer)?.get(measure);
  await store(folder, found, (at) => writeReport(at, report, lookup, { matrices: true }));
}

type Wish = Pick<Settings, 'backend' | 'workers'>;

/** Keeps the worker threads of one analysis for the next: starting the tensor backend takes half a second and more. */
export class WarmCompute {
  #current: { readonly compute: ParallelCompute; readonly wish: Wish } | null = null;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param folder where the bundled worker.cjs lies
   * @param idle milliseconds after which threads without work are ended: they hold memory
   */
  constructor(
    readonly folder: string,
    readonly idle: number,
  ) {}

  /** The threads as wished, for one user at a time; those there are where they fit and are alive. */
  async take({ backend, workers }: Wish): Promise<ParallelCompute> {
    clearTimeout(this.#timer);
    const { compute, wish } = this.#current ?? {};
    if (compute !== undefined && !compute.isOver && wish?.backend === backend && wish.workers === workers)
      return compute;
    await this.close();
    const started = new ParallelCompute({ backend, workers, folder: this.folder });
    this.#current = { compute: started, wish: { backend, workers } };
    return started;
  }

  /** They have no work for now. */
  release(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.close(), this.idle);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const { compute } = this.#current ?? {};
    this.#current = null;
    await compute?.close();
  }
}

type Seconds = Readonly<Partial<Record<Stage, number>>>;

/**
 * What the stages of the first analysis are expected to take beside each other, roughly those of an MNIST classifier of
 * two hidden layers. How fast this machine and network are shows as the stages pass.
 */
const FIRST_GUESS: Readonly<Record<Stage, number>> = {
  read: 0.3,
  compute: 1.5,
  statistics: 0.3,
  cluster: 1.5,
  nulls: 5,
  agree: 0.6,
  write: 0.3,
};

/** Tells how long an analysis will go on, from how long the one before took and how this one fares beside it. */
export class TimeLeft {
  readonly #spent = new Map<Stage, number>();
  #stage: Stage = 'read';
  #since: number;

  /** @param now seconds, from any moment on */
  constructor(
    readonly expected: Seconds,
    readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.#since = now();
  }

  /** Seconds left when so much of a stage is done; null where that cannot be said yet. */
  update(stage: Stage, done: number, total: number): number | null {
    if (stage !== this.#stage) {
      this.#spent.set(this.#stage, this.now() - this.#since);
      this.#stage = stage;
      this.#since = this.now();
    }
    const elapsed = this.now() - this.#since;
    // A stage that tells how far it is tells how long it is; of one that does not, the expectation has to do.
    const projected = done > 0 ? (elapsed * total) / done : null;
    const pace = this.#pace(projected);
    if (pace === null) return null;
    const current = projected ?? Math.max(elapsed, pace * (this.expected[stage] ?? 0));
    const later = STAGES.slice(STAGES.indexOf(stage) + 1).reduce(
      (sum, name) => sum + (this.expected[name] ?? 0),
      0,
    );
    return current - elapsed + pace * later;
  }

  /** Seconds per stage, of the stages that are over. */
  finish(): Seconds {
    this.#spent.set(this.#stage, this.now() - this.#since);
    return Object.fromEntries(this.#spent);
  }

  /** How many times longer than expected things take; null before anything but reading has shown it. */
  #pace(projected: number | null): number | null {
    let [spent, expected] = [0, 0];
    for (const [stage, seconds] of this.#spent) {
      spent += seconds;
      expected += this.expected[stage] ?? 0;
    }
    if (projected !== null) {
      spent += projected;
      expected += this.expected[this.#stage] ?? 0;
    }
    const known = this.#spent.size > 1 || projected !== null;
    return known && expected > 0 ? spent / expected : null;
  }
}
