import { join, relative, resolve } from 'node:path';
import { WorkerCrashError } from '../src/compute/worker-pool';
import { CancelledError, InputError } from '../src/core/base/error';
import { writeFileAtomically } from '../src/core/file/local';
import { UsageError } from '../src/settings/flags';
import { collectStudy } from '../src/store/study-collect';
import { StudyFolder } from '../src/store/study-folder';
import { type Arguments, parseArguments, USAGE } from './reproduce-arguments';
import { digits, idxImages, type ReproductionData } from './data';
import { duration, TrainingProgress } from './training-progress';
import { grid } from './recipe';
import { figuresAmong, reproductionReport } from './report/reproduce-report';
import { study } from './study-of-networks';
import { trainGrid } from './train-grid';
import { untrainedCheck } from './untrained';

/** Of the project; this file is bundled into dist/reproduce. */
const ROOT = resolve(__dirname, '../..');
const DIST = join(ROOT, 'dist');

async function main(args: readonly string[]): Promise<void> {
  if (args[0] === '--help' || args[0] === '-h') {
    process.stdout.write(USAGE);
    return;
  }
  const asked = parseArguments(args);
  const stop = new AbortController();
  process.on('SIGINT', () => {
    stop.abort();
  });
  if (asked.untrained !== null && asked.images !== null) {
    const { untrained: count, images, out: folder, study } = asked;
    process.stdout.write(await untrainedCheck({ count, images, folder, dist: DIST, study }));
  } else await reproduce(asked, stop.signal);
}

async function reproduce(asked: Arguments, signal: AbortSignal): Promise<void> {
  const data = await dataFor(asked);
  const conditions = grid(asked.runs);
  process.stderr.write(`${data.words}\nTraining ${conditions.length} networks, ${asked.workers} at once\n`);
  const progress = new TrainingProgress(conditions.length);
  const clock = new Clock();
  const networks = await trainGrid(conditions, data, asked.out, {
    mostEpochs: asked.mostEpochs,
    workers: asked.workers,
    script: join(__dirname, 'training-worker.cjs'),
    wasm: DIST,
    signal,
    onNetwork: (network, isNew) => {
      progress.add(network, isNew);
    },
  });
  const training = clock.lap();
  process.stderr.write(`${progress.trained} networks trained in ${duration(training)}\n`);

  const folder = join(asked.out, 'study');
  const paths = networks.map(({ path }) => path);
  await study(DIST, 'plan', ...paths, '--data', data.folder, '--out', folder, ...asked.study);
  await study(DIST, 'run', folder, '--workers', `${asked.workers}`);
  const collected = await collectStudy(new StudyFolder(folder));
  if (collected.failures.length > 0) throw new Error(`modscope study failed of some networks, see ${folder}`);
  const report = join(asked.out, 'reproduce.md');
  const text = reproductionReport({
    data,
    networks,
    study: collected.data,
    figures: figuresAmong(collected.files.map((file) => relative(asked.out, file))),
    seconds: { training, trained: progress.trained, study: clock.lap() },
  });
  await writeFileAtomically(report, text);
  process.stdout.write(`${report}\n`);
}

/** Tells how long something took. */
class Clock {
  #since = performance.now();

  /** Seconds since the last call, or since it was made. */
  lap(): number {
    const from = this.#since;
    this.#since = performance.now();
    return (this.#since - from) / 1000;
  }
}

function dataFor({ images, test, out }: Arguments): Promise<ReproductionData> {
  return images === null
    ? digits(join(ROOT, 'samples/digits/data'))
    : idxImages(images, test, join(out, 'data'));
}

function complain(error: unknown): number {
  if (error instanceof CancelledError) {
    process.stderr.write('Interrupted; what is finished is kept, and the same command goes on\n');
    return 130;
  }
  if (error instanceof UsageError) {
    process.stderr.write(`reproduce: ${error.message}. See npm run reproduce -- --help\n`);
    return 2;
  }
  const isKnown = error instanceof InputError || error instanceof WorkerCrashError;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`reproduce: ${isKnown ? error.message : stack}\n`);
  return 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = complain(error);
});
