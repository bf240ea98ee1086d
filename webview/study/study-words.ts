import { t } from '../l10n';
import { secondsLeft, stageProgress } from '../progress-words';

/** All words of the page. */
export const words = {
  loading: t('Loading…'),
  dismiss: t('Dismiss'),
  retry: t('Try Again'),
  writeReport: t('Write Report'),
  changeGrouping: t('Change Grouping…'),

  progress: {
    planning: t('Looking at the checkpoints…'),
    done: (done: number, planned: number): string => t('{0} of {1} done', done, planned),
    failed: (failed: number): string => t('{0} failed', failed),
    leftOut: (count: number): string =>
      count === 1 ? t('1 checkpoint is not picked') : t('{0} checkpoints are not picked', count),
    bar: t('Checkpoints that are done'),
    stopping: t('Stopping…'),
    stop: t('Stop'),
    go: t('Start'),
    goOn: t('Continue'),
    tryFailed: t('Try Failed Again'),
    refresh: t('Refresh'),
    of: stageProgress,
    secondsLeft,
  },

  grouping: {
    title: t('Grouping'),
    hint: t(
      'A factor is what the figures show Q against; replicates of one configuration differ in the keys that tell them apart, such as the seed.',
    ),
    key: t('Hyper-parameter'),
    values: t('Values'),
    role: t('Taken as'),
    roleOf: (key: string): string => t('{0} is taken as', key),
    factor: t('Factor'),
    replicate: t('Replicate'),
    ignored: t('Ignored'),
    constants: (keys: string): string => t('The same in all runs: {0}', keys),
    nothing: t('No hyper-parameter is known of these checkpoints.'),
    pick: t('Checkpoints of each run'),
    all: t('All'),
    best: t('Best'),
    last: t('Last'),
    apply: t('Apply'),
    automatic: t('Automatic'),
  },

  findings: {
    title: t('Findings'),
    none: t('Nothing can be told so far.'),
    more: (count: number): string => t('{0} more', count),
  },

  figures: {
    title: t('Figures'),
    list: t('Figures of the study'),
    none: t('The figures come with the first checkpoints that are done.'),
    options: t('How the figures are drawn'),
    by: t('Panels'),
    measure: t('Measures'),
    family: t('Families'),
    scale: t('Axis'),
    auto: t('Auto'),
    value: t('Value'),
    log: t('Log'),
    percent: t('% Regularization'),
    layers: t('Layers'),
    pooled: t('Pooled'),
    each: t('Each'),
    runs: t('Runs'),
    lines: t('Lines'),
    points: t('Points'),
    noRuns: t('None'),
    spread: t('Interval'),
    standardError: t('Mean ± SE'),
    bootstrap: t('Bootstrap'),
    threshold: t('Accuracy from'),
    thresholdHint: t('Runs of a lower test accuracy are left out'),
    metric: t('Agreement'),
    run: t('Run'),
    measureOf: t('Measure'),
    name: (number: number | null, title: string): string =>
      number === null ? title : t('Figure {0}. {1}', number, title),
    short: (number: number | null, title: string): string =>
      number === null ? title : `${number}. ${title}`,
    save: t('Save SVG'),
    saveOf: (figure: string): string => t('{0}: Save SVG', figure),
    hint: t(
      'A point opens its checkpoint: click it, or go through them with the arrow keys and press Enter.',
    ),
    nothing: t('With these choices there is nothing to draw.'),
    failed: t('This figure could not be drawn'),
  },

  failures: {
    title: (count: number): string => (count === 1 ? t('1 failure') : t('{0} failures', count)),
    more: (count: number): string => t('and {0} more, see the log', count),
    showLog: t('Show Log'),
  },
} as const;
