import type { Agreement } from '../report';

/** How an agreement's metric is called in tables, and its value. */
type Metric = readonly [name: string, valueOf: (pair: Agreement) => number | null];

/** The metrics of agreement as a study tells them: one number each, those with a direction twice. */
export const STUDY_METRICS: readonly Metric[] = [
  ['element_sim', (pair) => pair.element_sim],
  ['alignment', (pair) => pair.alignment],
  ['alignment_optimal', (pair) => pair.alignment_optimal],
  ['rmi', (pair) => pair.rmi],
  ['rmi_norm', (pair) => pair.rmi_norm],
  ['vi', (pair) => pair.vi],
  ['vi_norm', (pair) => pair.vi_norm],
  ['ami', (pair) => pair.ami],
  ['ari', (pair) => pair.ari],
  ['rsa', (pair) => pair.rsa],
  ['transfer_ab', (pair) => pair.transfer?.[0] ?? null],
  ['transfer_ba', (pair) => pair.transfer?.[1] ?? null],
  ['transfer_norm_ab', (pair) => pair.transfer_norm?.[0] ?? null],
  ['transfer_norm_ba', (pair) => pair.transfer_norm?.[1] ?? null],
];
