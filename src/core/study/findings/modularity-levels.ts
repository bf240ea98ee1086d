import type { Measure } from '../../measures';
import { type CurveOptions, isUsable, lastOfRuns, meanOf } from '../curves';
import type { NullDistribution } from '../null-distribution';
import type { StudyCheckpoint, StudyData } from '../study-data';
import { type AgainstUntrained, againstUntrained, type Untrained } from './against-untrained';
import { modularityOf } from './factor-trends';

/** Q of a measure over all runs of a study, beside that of untrained networks. */
export interface ModularityLevel extends AgainstUntrained {
  readonly measure: Measure;
  /** null for the mean over the hidden layers. */
  readonly layer: string | null;
}

/** The mean over layers, then layer by layer; p corrected over the measures of each. */
export function modularityLevels(data: StudyData, { threshold, seed }: CurveOptions): ModularityLevel[] {
  const runs = lastOfRuns(data).filter(({ checkpoint }) => isUsable(checkpoint, threshold));
  const names = data.layers.length > 1 ? data.layers.map(({ name }) => name) : [];
  const known = new Map<string, Untrained | null>();
  const untrainedOf = (checkpoint: StudyCheckpoint, measure: Measure, layer: string | null) => {
    const key = checkpoint.untrained;
    const networks = key === null ? undefined : data.untrained.get(key);
    if (key === null || networks === undefined) return null;
    const layers =
      layer === null ? checkpoint.layers.filter((one) => !one.isCombined).map(({ name }) => name) : [layer];
    const place = JSON.stringify([key, measure, layers]);
    const found = known.get(place);
    if (found !== undefined) return found;
    const mean = untrainedMean(key, networks, measure, layers);
    known.set(place, mean);
    return mean;
  };
  return [null, ...names].flatMap((layer) => {
    const answers = data.measures.map((measure) =>
      runs.map(({ checkpoint }) => {
        const trained = modularityOf(checkpoint, measure, layer);
        return trained === null ? null : { trained, untrained: untrainedOf(checkpoint, measure, layer) };
      }),
    );
    return againstUntrained(answers, seed)
      .map((compared, at): ModularityLevel => ({ measure: data.measures[at]!, layer, ...compared }))
      .filter(({ trained }) => trained.n > 0);
  });
}

/** Of each network the mean over layers, then over networks. Those in which it is undefined do not count. */
function untrainedMean(
  key: string,
  { count, layers }: NullDistribution,
  measure: Measure,
  names: readonly string[],
): Untrained | null {
  const ofLayers = names
    .map((name) => layers.find((layer) => layer.name === name)?.methods[measure]?.q)
    .filter((qs) => qs !== undefined);
  const means = Array.from({ length: count }, (_, network) => {
    const qs = ofLayers.map((of) => of[network] ?? null);
    const known = qs.filter((q) => q !== null);
    return known.length === 0 || known.length < qs.length ? null : meanOf(known);
  }).filter((mean) => mean !== null);
  if (means.length === 0) return null;
  const mean = meanOf(means);
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (means.length - 1);
  return {
    mean,
    se: means.length < 2 ? null : Math.sqrt(variance / means.length),
    key,
    networks: means.length,
  };
}
