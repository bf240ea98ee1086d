import type { Measure } from '../measures';
import type { AgreementMetric } from './agreement-figure';

// Where the parts of a report are in its folder, with forward slashes. A layer goes by its file name: see fileNames.

export const REPORT_FILES = {
  json: 'report.json',
  markdown: 'report.md',
  html: 'report.html',
  csv: 'report.csv',
  figures: 'figures',
} as const;

export const MODULARITY_FILE = 'figures/modularity.svg';

export const associationFile = (name: string, measure: Measure): string => `figures/${name}.${measure}.svg`;

export const agreementFile = (name: string, metric: AgreementMetric): string =>
  `figures/${name}.${metric}.svg`;

export const matrixFile = (name: string, measure: Measure): string => `matrices/${name}.${measure}.npy`;

/** Long enough to tell layers apart, short enough for any file system with a measure and an ending behind it. */
const LIMIT = 80;
/** Windows keeps these for devices, with any ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A file name for each layer. Layer names come out of files, so nothing but letters, digits, "-", "_" and single
 * dots inside is kept: no path can be made of it, nothing is hidden, reserved or needs escaping. Names that would
 * fall on the same file, letter case aside, are numbered.
 */
export function fileNames(layers: readonly string[]): string[] {
  const taken = new Set<string>();
  return layers.map((layer) => {
    const base = fileName(layer);
    let name = base;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}-${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

function fileName(layer: string): string {
  const safe = layer
    .slice(0, LIMIT)
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/\.{2,}/g, '_')
    .replace(/^[.-]|\.$/g, '_');
  return safe === '' || DEVICE.test(safe) ? `_${safe}` : safe;
}
