import { t } from './l10n';

/** How pages speak of an analysis that is under way. */

/** The stages of an analysis, by name. */
const stages: Readonly<Record<string, string>> = {
  read: t('Reading'),
  compute: t('Computing the measures'),
  statistics: t('Computing statistics'),
  cluster: t('Clustering'),
  nulls: t('Clustering null networks'),
  agree: t('Comparing the methods'),
  write: t('Writing the result'),
};

/** "Clustering null networks: 12 of 100" */
export const stageProgress = (stage: string, done: number, total: number): string =>
  total > 0 ? t('{0}: {1} of {2}', stages[stage] ?? stage, done, total) : (stages[stage] ?? stage);

export const secondsLeft = (seconds: number): string =>
  seconds < 60
    ? t('about {0} s left', Math.max(1, Math.round(seconds)))
    : t('about {0} min left', Math.round(seconds / 60));
