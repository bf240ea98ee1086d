import { inOrder, type Measure } from '../measures';
import type { LayerReport } from '../report';
import { STUDY_METRICS } from './agreement-metrics';
import type { Entry, Manifest } from './manifest';
import type { NullDistribution } from './null-distribution';
import type { StoredResult } from './stored-result';
import type { StudyCheckpoint, StudyData, StudyLayer, StudyMeasure } from './study-data';
import type { Outcome } from './tables';

/** Gathers a study's numbers while its outcomes pass by, in the order of the manifest; the results need not be held. */
export class StudyDataBuilder {
  readonly #checkpoints: StudyCheckpoint[] = [];
  readonly #untrained = new Map<string, NullDistribution>();
  /** By name, in network order as far as the checkpoints agree. */
  readonly #layers = new Map<string, { isCombined: boolean; checkpoints: number }>();
  readonly #measures = new Set<Measure>();
  #failed = 0;

  constructor(private readonly manifest: Manifest) {}

  add({ entry, result, failure, untrained }: Outcome): void {
    this.addNumbers(entry, result === null ? null : numbersOf(result), { failure, untrained });
  }

  /** The same of an outcome that is held as its numbers alone. */
  addNumbers(
    entry: Entry,
    numbers: OutcomeNumbers | null,
    { failure, untrained }: Pick<Outcome, 'failure' | 'untrained'>,
  ): void {
    if (numbers === null) {
      if (failure !== null) this.#failed++;
      return;
    }
    const { stats, untrained: key, layers } = numbers;
    if (key !== null && untrained !== null) this.#untrained.set(key, untrained);
    for (const { name, isCombined, methods } of layers) {
      const checkpoints = (this.#layers.get(name)?.checkpoints ?? 0) + 1;
      this.#layers.set(name, { isCombined, checkpoints });
      for (const measure of inOrder(Object.keys(methods))) this.#measures.add(measure);
    }
    this.#checkpoints.push({
      path: entry.path,
      run: entry.run,
      epoch: numberOf(entry.epoch),
      step: numberOf(entry.step),
      values: this.#valuesOf(entry),
      stats,
      untrained: key !== null && this.#untrained.has(key) ? key : null,
      layers,
    });
  }

  /** The factors and replicates of the grouping. */
  #valuesOf({ hyperParameters }: Entry): StudyCheckpoint['values'] {
    const { factors, replicates } = this.manifest.grouping;
    const keys = [...factors.map(({ key }) => key), ...replicates];
    return Object.fromEntries(keys.map((key) => [key, hyperParameters[key]?.value ?? null]));
  }

  /** What has come so far. */
  data(): StudyData {
    const layers = [...this.#layers].map(([name, found]) => ({ name, ...found }));
    return {
      grouping: this.manifest.grouping,
      planned: this.manifest.checkpoints.length,
      failed: this.#failed,
      measures: inOrder(this.#measures),
      layers: [
        ...layers.filter(({ isCombined }) => !isCombined),
        ...layers.filter(({ isCombined }) => isCombined),
      ],
      checkpoints: [...this.#checkpoints],
      untrained: new Map(this.#untrained),
    };
  }
}

/** The numbers of a result that a study takes: a small part of it. */
export type OutcomeNumbers = Pick<StudyCheckpoint, 'stats' | 'untrained' | 'layers'>;

export function numbersOf({ report, nulls }: StoredResult): OutcomeNumbers {
  return { stats: report.stats, untrained: nulls.untrained ?? null, layers: report.layers.map(layerOf) };
}

function numberOf(time: Entry['step']): number | null {
  return typeof time?.value === 'number' && Number.isFinite(time.value) ? time.value : null;
}

function layerOf({ name, kind, units, methods, agreement }: LayerReport): StudyLayer {
  const measures = inOrder(Object.keys(methods)).flatMap((measure): [Measure, StudyMeasure][] => {
    const found = methods[measure];
    if (found === undefined) return [];
    const { q, count, softCount, clusters, null: model, bootstrap } = found;
    const labels = Int16Array.from(clusters);
    const dead = labels.reduce((sum, label) => sum + (label < 0 ? 1 : 0), 0);
    const { z, p } = model ?? { z: null, p: null };
    const resampled = bootstrap && {
      count: bootstrap.count,
      stability: bootstrap.stability,
      persistence: bootstrap.persistence,
    };
    return [
      [measure, { q, clusters: count, softClusters: softCount, dead, z, p, bootstrap: resampled, labels }],
    ];
  });
  return {
    name,
    isCombined: kind === 'combined',
    units,
    methods: Object.fromEntries(measures),
    agreement: agreement.map((pair) => ({
      a: pair.a,
      b: pair.b,
      metrics: Object.fromEntries(STUDY_METRICS.map(([metric, valueOf]) => [metric, valueOf(pair)])),
    })),
  };
}
