import { t } from '../l10n';

const units = (count: number): string => (count === 1 ? t('1 unit') : t('{0} units', count));
const clusters = (count: number): string => (count === 1 ? t('1 cluster') : t('{0} clusters', count));
/** "A0": clusters of two checkpoints have the same numbers and are not the same. */
const cluster = (letter: string, label: number): string =>
  label < 0 ? t('dead') : t('{0}{1}', letter, label);

/** All words of the page that the panel has not. */
export const words = {
  units,
  clusters,
  cluster,
  title: t('Comparison'),
  loading: t('Loading…'),
  copied: t('Copied.'),
  open: (letter: string, name: string): string => t('Open {0}, {1}', letter, name),
  layer: t('Layer'),
  measure: t('Measure'),
  scale: t('Scale'),
  linear: t('Linear'),
  log: t('Log'),
  retry: t('Try Again'),
  dismiss: t('Dismiss'),
  analyze: t('Analyze'),
  again: t('Analyze Again'),
  cancel: t('Cancel'),
  showLog: t('Show Log'),
  failed: t('The comparison failed'),
  state: {
    missing: (name: string): string => t('{0} is not analyzed.', name),
    running: (name: string): string => t('{0} is being analyzed.', name),
    stale: (name: string): string => t('{0} or its settings changed since it was analyzed.', name),
    failed: (name: string, why: string): string => t('{0} could not be analyzed: {1}', name, why),
  },

  modularity: {
    title: t('Modularity'),
    grid: t('Modularity of each checkpoint, and differences from A'),
    shown: t('Shown value'),
    q: t('Q'),
    z: t('z'),
    clusters: t('Clusters'),
    difference: (quantity: string): string => t('difference in {0}', quantity),
    minus: (letter: string): string => t('{0} − A', letter),
    cell: (layer: string, letter: string, measure: string, q: string, count: number): string =>
      t('{0}, {1}, {2}: Q {3}, {4}', layer, letter, measure, q, clusters(count)),
    zValue: (z: string): string => t('z {0}', z),
    nothing: (layer: string, letter: string, measure: string): string =>
      t('{0}, {1}, {2}: nothing to cluster', layer, letter, measure),
    missing: (layer: string, letter: string, measure: string): string =>
      t('{0}, {1}, {2}: not computed', layer, letter, measure),
    changed: (layer: string, rows: string, measure: string, quantity: string, value: string): string =>
      t('{0}, {1}, {2}: {3} {4}', layer, rows, measure, quantity, value),
    noLayer: t('no such layer'),
  },

  matrices: {
    title: t('Association'),
    grid: (letter: string, layer: string, measure: string): string =>
      t('Association matrix of {0}: {1}, {2}', letter, layer, measure),
    facts: (q: string, count: number): string => t('Q {0}, {1}', q, clusters(count)),
    order: t('Order of the units'),
    first: t('By the clusters of A'),
    own: t('Each by its own'),
    missing: t('There is no matrix of this layer by this measure.'),
    pair: (row: string, column: string): string => t('unit {0} × unit {1}', row, column),
    value: (pair: string, values: string): string => t('{0}: about {1}', pair, values),
    of: (letter: string, value: string): string => t('{0} {1}', letter, value),
    itself: (unit: string): string => t('unit {0} itself, left out', unit),
    hint: t('All have one scale of colours. Click, then scroll to zoom; drag to pan: the others follow.'),
    meaningless: t('Units of different runs do not correspond: the order of one says nothing of another.'),
    otherUnits: t('Layers of other sizes are ordered by their own clusters.'),
    failed: t('The matrices could not be loaded'),
  },

  agreement: {
    title: t('Agreement of their clusters'),
    pair: t('Which two'),
    of: (a: string, b: string): string => t('{0} and {1}', a, b),
    grid: (a: string, b: string): string => t('Agreement of the clusters of {0} and {1}', a, b),
    metric: t('Metric'),
    elementSim: t('Element-centric similarity'),
    ami: t('Mutual information, adjusted'),
    matched: t('Units in matched clusters'),
    cell: (layer: string, measure: string, metric: string, value: string): string =>
      t('{0}, {1}: {2} {3}', layer, measure, metric, value),
    chance: (value: string): string => t('chance {0}', value),
    small: t('Small: what chance gives partitions of these sizes.'),
    p: (p: string, shuffles: number): string => t('p {0} of matched units, {1} shuffles', p, shuffles),
    undefinedValue: t('not defined'),
    oneRun: t('Checkpoints of one run: their units are the same.'),
    otherRuns: t(
      'Different runs: their units do not correspond, so agreement is to be that of chance, and nothing is said to have moved.',
    ),
    beyond: (count: number, all: number): string =>
      t(
        'Yet {0} of {1} agree beyond chance (p ≤ .05 when corrected): perhaps both began with the same weights.',
        count,
        all,
      ),
    notCompared: (layer: string, a: string, b: string): string =>
      t('{0} is not compared: {1} and {2} units.', layer, a, b),
    onlyIn: (layer: string, letters: string): string => t('{0} is in {1} alone.', layer, letters),
    columns: {
      units: t('Units'),
      elementSim: t('element_sim'),
      elementSimByChance: t('by chance'),
      ami: t('ami'),
      matched: t('matched'),
      matchedByChance: t('by chance'),
      p: t('p'),
    },
  },

  changes: {
    title: t('What moved'),
    between: (a: string, b: string, layer: string, measure: string): string =>
      t('{0} → {1}, {2}, {3}', a, b, layer, measure),
    stay: (stay: number, all: number, share: string): string =>
      t('{0} of {1} units stay with their cluster ({2}).', stay, all, share),
    none: t('No unit moved.'),
    otherRuns: t('Units of different runs do not correspond: nothing moved from one to the other.'),
    notComputed: t('Not both have this layer by this measure with the same units.'),
    born: (cluster: string): string => t('{0} is new, of units of several.', cluster),
    died: (cluster: string): string => t('{0} is gone: its units are scattered or dead.', cluster),
    merged: (from: string, to: string): string => t('{0} merged into {1}.', from, to),
    split: (from: string, to: string): string => t('{0} split into {1}.', from, to),
    table: (a: string, b: string): string =>
      t('Units by their clusters in {0} (rows) and in {1}; those that are matched in bold', a, b),
    moves: t('Units that moved'),
    from: t('From'),
    to: t('To'),
    count: t('Units'),
    which: t('Which'),
    total: t('Total'),
    more: (count: number): string => t('and {0} more', count),
  },
} as const;
