import type { BootstrapReport } from '../../../src/core/analysis/report';
import { exact } from '../data/format';
import type { ModularityTable } from '../data/modularity';
import { words } from '../strings';
import type { Rows } from './plain-table';

/** All numbers of the heatmap and those behind it, one row per layer and method. */
export function modularityRows({ rows }: ModularityTable): Rows {
  const { columns } = words.modularity;
  return [
    [words.layer, words.method, ...Object.values(columns)],
    ...rows.flatMap(({ layer, cells }) =>
      [...cells.values()].map(({ method, q, count, z, report }) => [
        layer,
        method,
        exact(q),
        count,
        exact(report?.softCount ?? null),
        exact(z, 3),
        exact(report?.null?.p ?? null, 2),
        exact(report?.stability ?? null, 3),
        resampled(report?.bootstrap ?? null),
      ]),
    ),
  ];
}

const resampled = (bootstrap: BootstrapReport | null): string =>
  bootstrap === null ? exact(null) : `${exact(bootstrap.mean)} ± ${exact(bootstrap.sd, 2)}`;
