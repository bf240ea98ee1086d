import type { BootstrapReport } from '../../../src/core/report';
import { exact, relative, type Write } from '../data/format';
import { type ModularityTable, shownValue } from '../data/modularity';
import type { ViewState } from '../state';
import { words } from '../strings';
import type { Rows } from './plain-table';

/** The numbers of the heatmap, layers × methods. */
export function measureRows(
  { methods, rows }: ModularityTable,
  measure: ViewState['measure'],
  write: Write,
): Rows {
  return [
    [words.layer, ...methods],
    ...rows.map(({ layer, cells }) => [
      layer,
      ...methods.map((method) => {
        const cell = cells.get(method);
        return write(cell === undefined ? null : shownValue(cell, measure));
      }),
    ]),
  ];
}

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
        error(report?.standardError ?? null, write),
      ]),
    ),
  ];
}

/** "0.2 %" for reading, the number alone for copying. */
const error = (value: number | null, write: Write): string =>
  value !== null && write === exact ? relative(value) : write(value);

const resampled = (bootstrap: BootstrapReport | null, write: Write): string =>
  bootstrap === null ? write(null) : `${write(bootstrap.mean)} ± ${write(bootstrap.sd, 2)}`;
