import { rawMethod } from '../association/association';
import { probing, type SweepOptions, type SweepSums } from '../association/sweep';
import { openCheckpoint } from '../checkpoint/open';
import type { Choice } from '../dataset/choose';
import type { Dataset, DatasetOptions } from '../dataset/dataset';
import type { NamedData } from '../dataset/resolve';
import { withFile } from '../file/with-file';
import type { SquareMatrix } from '../matrix';
import { loadModel, type Model } from '../network/model';
import type { Shape } from '../network/operations/rules';
import { VERSION } from '../version';
import { Bootstrap } from './bootstrap';
import type { Compute } from './compute';
import { chooseData, loadData } from './data';
import { sha256 } from './digest';
import { type LayerResults, reportLayer } from './layer-report';
import {
  clusterLayers,
  type ClusteredListener,
  hasCombined,
  type LayerClusterings,
  layerMatrices,
  type LayerMatrices,
} from './layers';
import { type NetworkDescription, networkOf } from './network';
import { clusterNulls } from './nulls';
import { Progress, type ProgressListener } from './progress';
import type { Method, Report, Statistics } from './report';
import { splitStatistics, weightStatistics } from './statistics';

/** What to analyze. */
export interface AnalysisInput extends NetworkDescription {
  readonly checkpoint: string;
  /** The data set the user named; found near the checkpoint otherwise. */
  readonly data?: NamedData | undefined;
  readonly dataOptions?: DatasetOptions | undefined;
}

/** What is asked for, as the report repeats it. */
export type AnalysisSettings = Omit<Report['settings'], 'backend' | 'workers'>;

/** Told of an analysis while it runs. */
export interface AnalysisListeners {
  readonly onProgress?: ProgressListener | undefined;
  /** The network's own matrices, not those of null networks or resampled data. */
  readonly onClustered?: ClusteredListener | undefined;
}

/** The report, and the association matrices it speaks of: by layer name, then method. */
export interface Analysis {
  readonly report: Report;
  /** Every file of the checkpoint, and of the graph it was given. */
  readonly files: readonly string[];
  /** The data set, with all its splits. */
  readonly data: Choice;
  readonly matrices: ReadonlyMap<string, ReadonlyMap<Method, SquareMatrix>>;
}

/**
 * The whole way from a checkpoint to a report. Cancelled by closing `compute`.
 * @throws InputError for what is wrong with the input, CancelledError when it was cancelled
 */
export async function analyze(
  input: AnalysisInput,
  settings: AnalysisSettings,
  compute: Compute,
  { onProgress, onClustered }: AnalysisListeners = {},
): Promise<Analysis> {
  const progress = new Progress(onProgress);
  progress.enter('read');
  const digest = withFile(input.checkpoint, sha256);
  digest.catch(() => undefined); // reported where it is awaited
  const checkpoint = await openCheckpoint(input.checkpoint);
  try {
    const choose = (shape: Shape | null): Promise<Choice> =>
      chooseData(input.checkpoint, input.data, input.dataOptions ?? {}, shape);
    const network =
      (await networkOf(checkpoint, input)) ??
      (await networkOf(checkpoint, input, (await choose(null)).main.sampleShape));
    if (network === null) throw new Error('the shape of a sample was given');
    const choice = await choose(network.nodes[0]?.shape ?? null); // as the network takes them
    const model = await loadModel(checkpoint, network);
    const dataset = await loadData(choice.main, model, settings.samples);
    const backend = await compute.backend();

    progress.enter('compute', dataset.samples);
    const measured = await measure(model, dataset, settings, compute, (done) => {
      progress.to(done);
    });

    progress.enter('statistics');
    const [weights, others] = await Promise.all([
      weightStatistics(checkpoint, (matrix) => compute.nuclearNorm(matrix)),
      otherSplits(choice, model, compute),
    ]);

    const layers = layerMatrices(measured.sums, model, settings.methods, hasCombined(model));
    const results = await clusterAll(
      layers,
      measured,
      model,
      dataset,
      settings,
      compute,
      progress,
      onClustered,
    );

    progress.enter('agree');
    const layerReports = await Promise.all(
      layers.map((layer, index) => reportLayer(layer, results[index]!, settings.seed, compute)),
    );
    const report: Report = {
      schema: 'modscope-report/1',
      tool: { name: 'modscope', version: VERSION },
      createdAt: new Date().toISOString(),
      checkpoint: {
        path: input.checkpoint,
        sha256: await digest,
        format: checkpoint.format,
        hyperParameters: checkpoint.hyperParameters,
      },
      network: { source: network.source, assumptions: network.assumptions },
      data: {
        path: dataset.path,
        split: dataset.split,
        samples: dataset.samples,
        classes: dataset.classes,
      },
      settings: { ...settings, backend, workers: compute.workers },
      stats: { ...others, [dataset.split]: splitStatistics(measured.sums), ...weights },
      layers: layerReports,
      timings: progress.finish(),
    };
    return {
      report,
      files: [...checkpoint.files, ...modelFiles(input)],
      data: choice,
      matrices: new Map(layers.map((layer) => [layer.name, layer.matrices])),
    };
  } finally {
    await checkpoint.close();
  }
}

function modelFiles({ network }: AnalysisInput): string[] {
  return network !== undefined && 'onnx' in network ? [network.onnx] : [];
}

/** The sums over all samples, and over each resample of them. */
interface Measured {
  readonly sums: SweepSums;
  readonly resamples: readonly SweepSums[];
}

async function measure(
  model: Model,
  dataset: Dataset,
  { methods, bootstrap: count, seed, exact, probes }: AnalysisSettings,
  compute: Compute,
  onProgress: (samples: number) => void,
): Promise<Measured> {
  const bootstrap = new Bootstrap(count, seed);
  const options = {
    methods: new Set(methods.map(rawMethod)),
    combined: hasCombined(model),
    probing: probing(exact, probes, seed),
  };
  const sums = await compute.sweep(model, dataset, options, onProgress, (shard, index, shards) => {
    bootstrap.add(index, shards, shard);
  });
  return { sums, resamples: bootstrap.resamples() };
}

/** Clusters the network's matrices, those of resampled data, and those of null networks. @returns results by layer */
async function clusterAll(
  layers: readonly LayerMatrices[],
  { resamples }: Measured,
  model: Model,
  dataset: Dataset,
  settings: AnalysisSettings,
  compute: Compute,
  progress: Progress,
  onClustered: ClusteredListener = () => undefined,
): Promise<LayerResults[]> {
  const step = (): void => {
    progress.step();
  };
  progress.enter('cluster', layers.length * settings.methods.length * (1 + resamples.length));
  const clusterings = await clusterLayers(layers, settings, compute, (...clustered) => {
    step();
    onClustered(...clustered);
  });
  const resampled: LayerClusterings[] = [];
  for (const resample of resamples) {
    const matrices = layerMatrices(resample, model, settings.methods, hasCombined(model));
    resampled.push(await clusterLayers(matrices, settings, compute, step));
  }
  const nullNetworks = settings.nulls.reduce((sum, { count }) => sum + count, 0);
  progress.enter('nulls', nullNetworks);
  const nulls = await clusterNulls(model, dataset, settings, hasCombined(model), compute, step);
  return clusterings.map((own, index) => ({
    clusterings: own,
    nulls: nulls.map(({ kind, result }) => ({ kind, result: result[index]! })),
    resampled: resampled.map((resample) => resample[index]!),
  }));
}

/** Loss and accuracy alone. */
const NOTHING: SweepOptions = {
  methods: new Set(),
  combined: false,
  probing: probing(false, null, 0),
};

/** Loss and accuracy on the other splits of the data set, all of their samples. */
async function otherSplits(
  { main, splits }: Choice,
  model: Model,
  compute: Compute,
): Promise<Pick<Statistics, 'train' | 'val' | 'test'>> {
  const statistics: Pick<Statistics, 'train' | 'val' | 'test'> = {};
  for (const source of splits) {
    if (source.split === main.split) continue;
    const dataset = await loadData(source, model, null);
    const sums = await compute.sweep(model, dataset, NOTHING);
    Object.assign(statistics, { [source.split]: splitStatistics(sums) });
  }
  return statistics;
}
