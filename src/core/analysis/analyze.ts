import { assumptionText } from '../base/assumption';
import type { SquareMatrix } from '../base/matrix';
import { VERSION } from '../base/version';
import type { Choice } from '../dataset/choose';
import { sha256 } from '../file/stream';
import type { Measure } from '../measures';
import type { Report } from '../report';
import type { Compute } from './compute';
import { chanceWarning } from './evidence';
import type { AnalysisInput, AnalysisSettings } from './input';
import { clusterAll, reportLayer, withNulls } from './layer-report';
import { type ClusteredListener, collectSums, hasCombined, layerMatrices } from './layers';
import { type NullSource, OWN_NULLS } from './nulls';
import { Progress, type ProgressListener } from './progress';
import { settle } from './settle';
import { otherSplits, splitStatistics } from './statistics';
import { type Subject, withSubject } from './subject';
import { weightStatistics } from './weight-statistics';

/** Told of an analysis while it runs. */
interface AnalysisListeners {
  readonly onProgress?: ProgressListener | undefined;
  /** The network's own matrices, not those of null networks or resampled data. */
  readonly onClustered?: ClusteredListener | undefined;
  /** Given all but the comparison with null networks, where that is still to take its time. */
  readonly onMeasured?: ((analysis: Analysis) => Promise<void>) | undefined;
}

/** The report, and the association matrices it speaks of: by layer name, then measure. */
export interface Analysis {
  readonly report: Report;
  /** Every file of the checkpoint, and of the graph it was given. */
  readonly files: readonly string[];
  /** The data set, with all its splits. */
  readonly data: Choice;
  readonly matrices: ReadonlyMap<string, ReadonlyMap<Measure, SquareMatrix>>;
}

/**
 * The whole way from a checkpoint to a report. Cancelled by closing `compute`.
 * @throws InputError for what is wrong with the input, CancelledError when it was cancelled
 */
export async function analyze(
  input: AnalysisInput,
  settings: AnalysisSettings,
  compute: Compute,
  { onProgress, ...listeners }: AnalysisListeners = {},
  nulls: NullSource = OWN_NULLS,
): Promise<Analysis> {
  const progress = new Progress(onProgress);
  progress.enter('read');
  return withSubject(input, (subject) => {
    const digest = sha256(subject.checkpoint.path); // where a folder was given, of the file in it
    digest.catch(() => undefined); // reported where it is awaited
    return analyzeSubject(subject, settings, compute, { digest, progress, nulls, ...listeners });
  });
}

/** What an analysis of a subject is given beside its settings. */
interface Surroundings extends Omit<AnalysisListeners, 'onProgress'> {
  /** SHA-256 of the checkpoint's file. */
  readonly digest: Promise<string>;
  readonly progress: Progress;
  readonly nulls: NullSource;
}

/** From what was found to a report. Cancelled by closing `compute`. @throws InputError, CancelledError */
export async function analyzeSubject(
  subject: Subject,
  settings: AnalysisSettings,
  compute: Compute,
  { digest, progress, onClustered, onMeasured, nulls: source }: Surroundings,
): Promise<Analysis> {
  const { input, checkpoint } = subject;
  const settled = await settle(subject, settings, compute);
  const { network, model, choice, dataset, ending } = settled;
  const nulls = settings.nulls ?? source.defaults(model, dataset.samples);
  const backend = await compute.backend();

  progress.enter('compute', dataset.samples);
  const collected = await collectSums(model, dataset, settings, compute, (done) => {
    progress.to(done);
  });

  progress.enter('statistics');
  const notes = settings.nulls === null && nulls.length === 0 ? [NO_NULLS] : [];
  const [weights, others] = await Promise.all([
    weightStatistics(checkpoint, (matrix) => compute.nuclearNorm(matrix)),
    otherSplits(choice, model, { loss: dataset.loss, ending }, compute, notes),
  ]);

  const main = splitStatistics(collected.sums);
  const warning = chanceWarning(main, dataset);
  const combined = hasCombined(model);
  const layers = layerMatrices(collected.sums, model, settings.methods, combined);
  const work = { model, dataset, settings: { ...settings, nulls }, combined, compute };
  const results = await clusterAll(layers, collected, work, progress, onClustered);

  progress.enter('agree');
  const layerReports = await Promise.all(
    layers.map((layer, index) => reportLayer(layer, results[index]!, settings.seed, compute)),
  );
  const measured: Report = {
    schema: 'modscope-report/1',
    tool: { name: 'modscope', version: VERSION },
    createdAt: new Date().toISOString(),
    checkpoint: {
      path: input.checkpoint,
      sha256: await digest,
      format: checkpoint.format,
      hyperParameters: { ...checkpoint.configuration, ...checkpoint.hyperParameters },
    },
    network: {
      source: network.source,
      assumptions: settled.assumptions.map(assumptionText),
      notes: [...network.notes, ...settled.notes, ...notes],
      warnings: warning === null ? [] : [warning],
    },
    data: {
      path: dataset.path,
      split: dataset.split,
      samples: dataset.samples,
      classes: dataset.classes,
      loss: dataset.loss,
    },
    settings: { ...settings, nulls: [], backend, workers: compute.workers },
    stats: { ...others, [dataset.split]: main, ...weights },
    layers: layerReports,
    timings: progress.finish(),
  };
  const analysis = {
    report: measured,
    files: [...checkpoint.files, ...modelFiles(input)],
    data: choice,
    matrices: new Map(layers.map((layer) => [layer.name, layer.matrices])),
  };
  if (nulls.length === 0) return analysis;

  if (onMeasured !== undefined && !(await source.areReady(work))) await onMeasured(analysis);
  progress.enter(
    'nulls',
    nulls.reduce((sum, { count }) => sum + count, 0),
  );
  const runs = await source.measure(work, () => {
    progress.step();
  });
  const report: Report = {
    ...measured,
    createdAt: new Date().toISOString(),
    settings: { ...measured.settings, nulls },
    layers: withNulls(layerReports, runs),
    timings: progress.finish(),
  };
  return { ...analysis, report };
}

function modelFiles({ network }: AnalysisInput): string[] {
  return network !== undefined && 'graph' in network ? [network.graph] : [];
}

const NO_NULLS = 'There are no null networks, which would take long: name them as "nulls" to have z-scores.';
