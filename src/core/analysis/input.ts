import type { NamedData } from '../dataset/choose';
import type { DatasetOptions } from '../dataset/dataset';
import type { NetworkDescription } from '../network/find/find';
import type { NullRequest, Report } from '../report';

/** What to analyze. */
export interface AnalysisInput extends NetworkDescription {
  readonly checkpoint: string;
  /** The data set the user named; found near the checkpoint otherwise. */
  readonly data?: NamedData | undefined;
  readonly dataOptions?: DatasetOptions | undefined;
}

/** What is asked for. */
export interface AnalysisSettings extends Omit<Report['settings'], 'backend' | 'workers' | 'nulls'> {
  /** null for those that suit the network. */
  readonly nulls: readonly NullRequest[] | null;
}
