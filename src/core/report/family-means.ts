import { familyOf, rawOf } from '../measures';
import type { Agreement } from '../report';
import type { AgreementMetric } from './agreement-figure';

/** null where there is no such pair. */
export interface FamilyMeans {
  readonly upstream: number | null;
  readonly downstream: number | null;
  readonly between: number | null;
}

/**
 * Mean agreement within the families and between them: whether what drives units also says what they do. A measure
 * and its own normalised form are not counted: they agree by construction.
 */
export function familyMeans(agreement: readonly Agreement[], metric: AgreementMetric): FamilyMeans {
  const groups: Record<keyof FamilyMeans, number[]> = { upstream: [], downstream: [], between: [] };
  for (const pair of agreement) {
    const { a, b, [metric]: value } = pair;
    if (value === null || rawOf(a) === rawOf(b)) continue;
    groups[familyOf(a) === familyOf(b) ? familyOf(a) : 'between'].push(value);
  }
  return {
    upstream: mean(groups.upstream),
    downstream: mean(groups.downstream),
    between: mean(groups.between),
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value) / values.length;
}
