import type { Method } from '../analysis/report';
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

export const associationFile = (name: string, method: Method): string => `figures/${name}.${method}.svg`;

export const agreementFile = (name: string, metric: AgreementMetric): string =>
  `figures/${name}.${metric}.svg`;

export const matrixFile = (name: string, method: Method): string => `matrices/${name}.${method}.npy`;
