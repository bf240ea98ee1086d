import { accuracyOf, type CurveOptions, isUsable, lastOfRuns } from '../curves';
import type { StudyData } from '../study-data';
import { type AgreementBlock, agreementBlocks } from './agreement-blocks';
import { type FactorTrends, factorTrends } from './factor-trends';
import { type ModularityLevel, modularityLevels } from './modularity-levels';
import { type LayerPersistence, persistenceLevels } from './persistence-findings';

/** What a study comes to, in numbers: statistics.json. */
export interface StudyStatistics {
  readonly schema: 'modscope-statistics/1';
  readonly seed: number;
  readonly runs: CountOfRuns;
  /** Layers that are not in all runs, and the runs that have them. */
  readonly layersThatDiffer: readonly { readonly layer: string; readonly runs: readonly string[] }[];
  readonly factors: readonly FactorTrends[];
  readonly modularity: readonly ModularityLevel[];
  readonly agreement: readonly AgreementBlock[];
  /** Of runs with several checkpoints. */
  readonly persistence: readonly LayerPersistence[];
}

export interface CountOfRuns {
  /** Checkpoints that were planned, are done, and failed. */
  readonly planned: number;
  readonly done: number;
  readonly failed: number;
  /** Runs with a checkpoint that is done; those that count, those of too little accuracy, and those whose accuracy is not known. */
  readonly runs: number;
  readonly counted: number;
  readonly leftOut: number;
  readonly unknown: number;
  /** Least accuracy of a run that counts; null where all do. */
  readonly threshold: number | null;
}

/** The same data and options give the same statistics. */
export function studyStatistics(data: StudyData, options: CurveOptions): StudyStatistics {
  return {
    schema: 'modscope-statistics/1',
    seed: options.seed,
    runs: countRuns(data, options),
    layersThatDiffer: layersThatDiffer(data),
    factors: data.grouping.factors.map((factor) => factorTrends(data, factor, options)),
    modularity: modularityLevels(data, options),
    agreement: agreementBlocks(data, options),
    persistence: persistenceLevels(data, options.seed),
  };
}

function countRuns(data: StudyData, { threshold }: CurveOptions): CountOfRuns {
  const runs = lastOfRuns(data).map(({ checkpoint }) => checkpoint);
  const counted = runs.filter((checkpoint) => isUsable(checkpoint, threshold));
  return {
    planned: data.planned,
    done: data.checkpoints.length,
    failed: data.failed,
    runs: runs.length,
    counted: counted.length,
    leftOut: runs.length - counted.length,
    unknown: runs.filter((checkpoint) => accuracyOf(checkpoint) === null).length,
    threshold,
  };
}

function layersThatDiffer(data: StudyData): StudyStatistics['layersThatDiffer'] {
  const runs = lastOfRuns(data).map(({ checkpoint }) => checkpoint);
  return data.layers
    .map(({ name }) => ({
      layer: name,
      runs: runs.filter(({ layers }) => layers.some((layer) => layer.name === name)).map(({ run }) => run),
    }))
    .filter((layer) => layer.runs.length < runs.length);
}
