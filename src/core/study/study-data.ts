import type { Measure } from '../measures';
import type { BootstrapReport, Report } from '../report';
import type { Scalar } from './describe';
import type { Manifest } from './manifest';
import type { NullDistribution } from './null-distribution';

/** What the statistics and figures of a study are made of: the numbers of all checkpoints that are done. */
export interface StudyData {
  readonly grouping: Manifest['grouping'];
  /** Checkpoints that were planned, and those of them that failed; what is neither here nor there is still to do. */
  readonly planned: number;
  readonly failed: number;
  /** The measures that any checkpoint has, in their usual order. */
  readonly measures: readonly Measure[];
  /** The layers that any checkpoint has, in network order, the combined one last, and how many checkpoints have each. */
  readonly layers: readonly {
    readonly name: string;
    readonly isCombined: boolean;
    readonly checkpoints: number;
  }[];
  /** In the order of the manifest. */
  readonly checkpoints: readonly StudyCheckpoint[];
  /** Untrained networks by the key that checkpoints name: one entry for all checkpoints of an architecture. */
  readonly untrained: ReadonlyMap<string, NullDistribution>;
}

/** A checkpoint that is done. */
export interface StudyCheckpoint {
  readonly path: string;
  /** The unit of replication: checkpoints of one run are no replicates. */
  readonly run: string;
  readonly epoch: number | null;
  readonly step: number | null;
  /** Hyper-parameters: the factors and replicates of the grouping. */
  readonly values: Readonly<Record<string, Scalar>>;
  readonly stats: Report['stats'];
  /** Key of its untrained networks; null where it has none. */
  readonly untrained: string | null;
  readonly layers: readonly StudyLayer[];
}

export interface StudyLayer {
  readonly name: string;
  /** Of all hidden units at once; it is never averaged with the layers it is made of. */
  readonly isCombined: boolean;
  readonly units: number;
  readonly methods: Readonly<Partial<Record<Measure, StudyMeasure>>>;
  readonly agreement: readonly StudyAgreement[];
}

/** A measure of a layer: its modularity and clusters, and how they stand against untrained networks. */
export interface StudyMeasure {
  readonly q: number | null;
  readonly clusters: number;
  readonly softClusters: number | null;
  readonly dead: number;
  readonly z: number | null;
  readonly p: number | null;
  /** Of resampled data; null where none was resampled. */
  readonly bootstrap: Pick<BootstrapReport, 'count' | 'stability' | 'persistence'> | null;
  /** Cluster of each unit; -1 where the unit is dead. */
  readonly labels: Int16Array;
}

/** How far two measures agree on a layer, by the names of STUDY_METRICS. */
export interface StudyAgreement {
  readonly a: Measure;
  readonly b: Measure;
  readonly metrics: Readonly<Record<string, number | null>>;
}
