import { lastOfRuns } from '../../study/curves';
import type { StudyData } from '../../study/study-data';
import type { UntrainedNetworks } from '../../study/findings/untrained-networks';
import type { FigureOptions } from './figure-options';
import type { LegendEntry } from './plot-card';
import { MOST_RUNS, runCounts, thresholdWords } from './study-series';

type DrawnAs = Extract<LegendEntry, { kind: 'untrained' }>['as'];

/** The entries that figures of curves have in common, after those of their lines. */
export function commonLegend(
  { runs }: FigureOptions,
  untrained: UntrainedNetworks | null,
  as: DrawnAs = 'bands',
): LegendEntry[] {
  return [
    ...(runs === 'none' ? [] : [{ kind: 'runs', label: 'a run', as: runs } as const]),
    ...(untrained === null ? [] : [{ kind: 'untrained', label: 'untrained', as } as const]),
  ];
}

/** What the marks of untrained networks are, as a sentence; nothing where there are none. */
export function untrainedWords(untrained: UntrainedNetworks | null, as: DrawnAs = 'bands'): string {
  if (untrained === null) return '';
  const networks = `${untrained.distribution.count} untrained networks`;
  return as === 'bands'
    ? `Grey: ${networks}, mean ± 1, 2, 3 SD.`
    : `Left of the thin line: ${networks}, mean with bars of 1 (thick) and 3 SD (thin).`;
}

/**
 * What the marks of curves are and how many runs they stand for.
 * @param about numbers of runs that its means stand for; what its untrained networks are, as a sentence
 */
export function captionOf(
  data: StudyData,
  options: FigureOptions,
  about: { readonly counts: Iterable<number>; readonly untrained: string; readonly more?: string },
): string {
  return sentences(
    meansWords(options, about.counts),
    about.untrained,
    runsWords(data, options),
    thresholdWords(data, options.threshold),
    about.more ?? '',
  );
}

/** What means and their bars are, and of how many runs. */
export function meansWords({ spread }: FigureOptions, counts: Iterable<number>): string {
  const all = [...counts];
  const n = runCounts(all);
  // A single run has no spread.
  if (all.every((count) => count < 2)) return `${n} at each point.`;
  return `${spread === 'se' ? 'Mean ± SE' : 'Mean and 95 % interval of a bootstrap'} over ${n}.`;
}

function runsWords(data: StudyData, { runs }: FigureOptions): string {
  if (runs === 'none') return '';
  const all = lastOfRuns(data).length;
  if (all > MOST_RUNS)
    return `Of ${all} runs a random sample of ${MOST_RUNS} is drawn one by one; the means are of all.`;
  return runs === 'lines' && data.grouping.replicates.length > 0
    ? 'Thin lines join runs of the same replicate.'
    : 'Dots: runs.';
}

/** Those that there are. */
export function sentences(...all: readonly string[]): string {
  return all.filter((sentence) => sentence !== '').join(' ');
}
