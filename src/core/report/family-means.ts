import type { Agreement } from '../analysis/report';
import type { AgreementMetric } from './agreement-figure';
import { familyOf, inOrder, rawOf } from './methods';

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
    const [a, b] = inOrder([pair.a, pair.b]);
    const value = pair[metric];
    if (a === undefined || b === undefined || value === null || rawOf(a) === rawOf(b)) continue;
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
