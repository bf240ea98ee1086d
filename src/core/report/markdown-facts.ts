import type { Report, Statistics } from '../report';
import { markdownCode, escapeMarkdown, markdownTable } from './markdown-text';
import { flatten } from './flatten';
import { plural, readable } from '../base/text';

/** More would bury the rest; report.json has them all. */
const MAX_HYPER_PARAMETERS = 24;

/** What was analysed, on what, and how. */
export function factsTable({ checkpoint, network, data, settings }: Report): string {
  const hyperParameters = [...flatten(checkpoint.hyperParameters)];
  const shown = hyperParameters
    .slice(0, MAX_HYPER_PARAMETERS)
    .map(([key, value]) => `${markdownCode(key)} ${escapeMarkdown(String(value))}`);
  const more = hyperParameters.length - shown.length;
  const rows = [
    ['Checkpoint', `${markdownCode(checkpoint.path)} (${escapeMarkdown(checkpoint.format)})`],
    ['SHA-256', markdownCode(checkpoint.sha256)],
    ['Network from', escapeMarkdown(network.source)],
    [
      'Data',
      `${markdownCode(data.path)}, ${escapeMarkdown(data.split)} split, ${plural(data.samples, 'sample')}, ${data.classes} classes`,
    ],
    [
      'Settings',
      `solver ${settings.solver}, seed ${settings.seed}, backend ${escapeMarkdown(settings.backend)}, ${plural(settings.workers, 'worker')}`,
    ],
    ...(shown.length === 0
      ? []
      : [['Hyper-parameters', [...shown, ...(more > 0 ? [`${more} more`] : [])].join(' · ')]]),
  ];
  return markdownTable(rows);
}

/** Loss and accuracy per split, then the norms. */
export function statisticsTable(stats: Statistics): string {
  const splits = (['train', 'val', 'test'] as const).flatMap((name) => {
    const split = stats[name];
    if (split === undefined) return [];
    return [
      [`Accuracy, ${name}`, `${(100 * split.accuracy).toFixed(2)} %`],
      [`Cross-entropy, ${name}`, `${readable(split.loss, 4)} nats`],
    ];
  });
  return markdownTable([
    ['Statistic', 'Value'],
    ...splits,
    ['L1 norm, Σ\\|w\\|', readable(stats.l1Norm, 5)],
    ['L2 norm, Σw²', readable(stats.l2Norm, 5)],
    ['Nuclear norm', stats.nuclearNorm === null ? '–' : readable(stats.nuclearNorm, 5)],
    ['Weights with \\|w\\| < 0.001', `${(100 * stats.sparsity).toFixed(1)} %`],
  ]);
}
