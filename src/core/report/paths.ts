import type { Measure } from '../measures';
import type { AgreementMetric } from './agreement-figure';

/** Where the parts of a report are in its folder, with forward slashes. A layer goes by its file name: see fileNames. */

export const REPORT_FILES = {
  json: 'report.json',
  markdown: 'report.md',
  html: 'report.html',
  csv: 'report.csv',
  figures: 'figures',
} as const;

export const MODULARITY_FILE = 'figures/modularity.svg';

export const AGREEMENT_METRICS: readonly AgreementMetric[] = ['element_sim', 'rsa'];

export const associationFile = (name: string, measure: Measure): string => `figures/${name}.${measure}.svg`;

export const agreementFile = (name: string, metric: AgreementMetric): string =>
  `figures/${name}.${metric}.svg`;

export const matrixFile = (name: string, measure: Measure): string => `matrices/${name}.${measure}.npy`;
