import { t } from '../l10n';
import { secondsLeft, stageProgress } from '../progress-words';

const clusters = (count: number): string => (count === 1 ? t('1 cluster') : t('{0} clusters', count));
const units = (count: number): string => (count === 1 ? t('1 unit') : t('{0} units', count));
const channels = (count: number, positions: string): string =>
  count === 1 ? t('1 channel × {0}', positions) : t('{0} channels × {1}', count, positions);
const clusterName = (label: number): string => (label < 0 ? t('dead') : t('cluster {0}', label));

/** All words of the page. */
export const words = {
  clusters,
  units,
  channels,
  clusterName,
  unitIn: (unit: number, layer: string): string => t('{0} in {1}', unit, layer),
  upstream: t('Upstream'),
  downstream: t('Downstream'),
  raw: t('Raw'),
  normalised: t('Normalised'),
  rawShort: t('raw'),
  normalisedShort: t('norm'),
  layer: t('Layer'),
  measure: t('Measure'),
  form: t('Form'),
  scale: t('Scale'),
  linear: t('Linear'),
  log: t('Log'),
  palette: t('Colours'),
  result: t('Result'),
  showTable: t('Show as table'),
  copy: t('Copy as TSV'),
  copied: t('Copied.'),
  nothingToSave: t('There is no picture yet.'),
  savePng: t('Save as PNG'),
  saveSvg: t('Save as SVG'),
  retry: t('Try Again'),
  dismiss: t('Dismiss'),

  modularity: {
    title: t('Modularity'),
    grid: t('Modularity by layer and method'),
    cell: (layer: string, measure: string, q: string, count: number): string =>
      t('{0}, {1}: Q {2}, {3}', layer, measure, q, clusters(count)),
    nothing: (layer: string, measure: string): string => t('{0}, {1}: nothing to cluster', layer, measure),
    missing: (layer: string, measure: string): string => t('{0}, {1}: not computed', layer, measure),
    pending: (layer: string, measure: string): string => t('{0}, {1}: still running', layer, measure),
    qValue: (q: string): string => t('Q {0}', q),
    z: (z: string): string => t('z {0}', z),
    standardError: (error: string): string => t('estimated, relative standard error {0}', error),
    /** Under the title of a picture. */
    explained: {
      best: t('Q of the best clusters found'),
      distance: t('z, the distance of Q from the null model in standard deviations'),
      number: t('the number of clusters'),
    },
    noNull: t('Ask for null models in modscope.json ("nulls") to see z.'),
    noLayers: t('No layer of this network could be clustered.'),
    shown: t('Shown value'),
    q: t('Q'),
    zName: t('z'),
    countName: t('Clusters'),
    columns: {
      q: t('Q'),
      count: t('Clusters'),
      softCount: t('Soft count'),
      z: t('z'),
      p: t('p'),
      stability: t('Stability'),
      bootstrap: t('Q of resamples'),
      standardError: t('Relative standard error'),
    },
  },

  association: {
    title: t('Association'),
    grid: (layer: string, measure: string): string => t('Association matrix: {0}, {1}', layer, measure),
    pair: (row: string, rowCluster: number, column: string, columnCluster: number): string =>
      t('unit {0} ({1}) × unit {2} ({3})', row, clusterName(rowCluster), column, clusterName(columnCluster)),
    value: (pair: string, value: string): string => t('{0}: {1}', pair, value),
    tooMany: (units: number, most: number): string =>
      t('{0} × {0} values are in view. Zoom in to {1} × {1} or fewer to copy them.', units, most),
    diagonal: t('itself, left out'),
    hint: t('Click, then scroll to zoom; drag to pan; Enter selects a cluster.'),
    zoomIn: t('Zoom In'),
    zoomOut: t('Zoom Out'),
    fit: t('Fit'),
    clusterList: t('Clusters'),
    highlight: (label: number, size: number): string =>
      t('Highlight {0}, {1}', clusterName(label), units(size)),
    others: t('The same units in every method'),
    together: (share: string): string => t('{0} together', share),
    estimated: (error: string): string =>
      t('Estimated with random probes; relative standard error {0}.', error),
    values: (from: number, to: number, fromColumn: number, toColumn: number): string =>
      t('Rows {0}–{1}, columns {2}–{3}, in order of clusters', from, to, fromColumn, toColumn),
    up: t('Previous rows'),
    down: t('Next rows'),
    left: t('Previous columns'),
    right: t('Next columns'),
  },

  agreement: {
    title: t('Agreement'),
    grid: t('Agreement between methods'),
    metric: t('Metric'),
    baseline: t('Baseline'),
    absolute: t('Absolute'),
    relative: t('Minus shuffled'),
    noBaseline: t('This metric has no shuffled baseline.'),
    cell: (a: string, b: string, metric: string, value: string): string =>
      t('{0}, {1}: {2} {3}', a, b, metric, value),
    relativeCell: (a: string, b: string, metric: string, value: string): string =>
      t('{0}, {1}: {2} minus shuffled {3}', a, b, metric, value),
    itself: (measure: string): string => t('{0} with itself', measure),
    undefinedValue: t('not defined'),
    overlap: (a: string, b: string): string => t('Units shared by the clusters of {0} and {1}', a, b),
    overlapHint: t('Select a pair to see which units its clusters share.'),
    largest: (count: number): string => t('The {0} largest clusters of each.', count),
    deadLeftOut: (count: number): string => t('{0} dead in either, left out.', units(count)),
    total: t('Total'),
    none: t('One method alone has nothing to agree with. Analyze with more methods.'),
  },

  state: {
    loading: t('Loading…'),
    empty: t('No results yet'),
    emptyHint: t('Analyze a checkpoint to see how the units of its layers cluster into modules.'),
    analyze: t('Analyze Checkpoint'),
    again: t('Analyze Again'),
    selectData: t('Select Data Set'),
    running: t('Analyzing…'),
    progress: stageProgress,
    secondsLeft,
    cancel: t('Cancel'),
    partial: t('Not compared with null networks: the analysis was cancelled before it came to them.'),
    goOn: t('Go On'),
    stale: t('The checkpoint or its settings changed since this was computed.'),
    failed: t('The analysis failed'),
    showLog: t('Show Log'),
    writeReport: t('Write Report'),
    noMatrix: t('This matrix could not be loaded'),
    noReport: t('This result could not be loaded'),
    samples: (samples: number, split: string): string => t('{0} samples, {1}', samples, split),
    assumed: (count: number): string =>
      count === 0
        ? t('How the checkpoint was read')
        : count === 1
          ? t('1 assumption: what the checkpoint does not say')
          : t('{0} assumptions: what the checkpoint does not say', count),
    notes: t('How it was read:'),
    accuracy: (percent: string): string => t('accuracy {0}', percent),
  },
} as const;
