import type { BootstrapReport } from '../../../src/core/analysis/report';
import { exact, type Write } from '../data/format';
import type { ModularityTable } from '../data/modularity';
import { words } from '../strings';
import type { Rows } from './plain-table';

/** All numbers of the heatmap and those behind it, one row per layer and method. */
export function modularityRows({ rows }: ModularityTable, write: Write = exact): Rows {
  const { columns } = words.modularity;
  return [
    [words.layer, words.method, ...Object.values(columns)],
    ...rows.flatMap(({ layer, cells }) =>
      [...cells.values()].map(({ method, q, count, z, report }) => [
        layer,
        method,
        write(q),
        count,
        write(report?.softCount ?? null),
        write(z, 3),
        write(report?.null?.p ?? null, 2),
        write(report?.stability ?? null, 3),
        resampled(report?.bootstrap ?? null, write),
      ]),
    ),
  ];
}

const resampled = (bootstrap: BootstrapReport | null, write: Write): string =>
  bootstrap === null ? write(null) : `${write(bootstrap.mean)} ± ${write(bootstrap.sd, 2)}`;
