import { familyOf, inOrder } from '../measures';
import { STUDY_METRICS } from './agreement-metrics';
import type { Scalar, Sourced } from './describe';
import type { Entry, Manifest } from './manifest';
import { nullAgreement, type NullDistribution } from './null-distribution';
import type { StoredResult } from './stored-result';

// The tables of a study. Rows come in the order of the manifest, one checkpoint after the other, so that they depend neither
// on who computed what, nor on when, and nothing need be held but the rows of one.

type ColumnType = 'text' | 'number' | 'integer' | 'boolean';
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}
export type Row = readonly Scalar[];

/** What a checkpoint has come to. */
export interface Outcome {
  readonly entry: Entry;
  /** null where there is none yet, or it failed. */
  readonly result: StoredResult | null;
  /** Why it failed; null where it did not. */
  readonly failure: string | null;
  /** The untrained networks that it was compared with. */
  readonly untrained: NullDistribution | null;
}

/** A table: its columns, and the rows of a checkpoint. */
export interface Table {
  readonly name: 'checkpoints' | 'modularity' | 'agreement';
  readonly columns: readonly Column[];
  readonly rowsOf: (outcome: Outcome) => readonly Row[];
}

const text = (name: string): Column => ({ name, type: 'text' });
const number = (name: string): Column => ({ name, type: 'number' });
const integer = (name: string): Column => ({ name, type: 'integer' });

export function tablesOf(manifest: Manifest): readonly Table[] {
  const keys = keyColumns(manifest);
  return [checkpoints(keys), modularity(keys), agreement(keys)];
}

/** What every table says of a checkpoint. */
interface Keys {
  readonly columns: readonly Column[];
  readonly valuesOf: (entry: Entry) => Row;
}

/** Factors and replicates as columns "hp.<key>", which no column of ours is called. */
function keyColumns({ grouping, checkpoints }: Manifest): Keys {
  const names = [...grouping.factors.map(({ key }) => key), ...grouping.replicates];
  const keys = [...new Set(names)].map((key) => {
    const values = checkpoints.map(({ hyperParameters }) => valueOf(hyperParameters[key]));
    return { key, type: typeOf(values) };
  });
  return {
    columns: [
      text('run'),
      number('epoch'),
      number('step'),
      ...keys.map(({ key, type }): Column => ({ name: `hp.${key}`, type })),
    ],
    valuesOf: ({ run, epoch, step, hyperParameters }) => [
      run,
      numberOf(epoch),
      numberOf(step),
      ...keys.map(({ key, type }) => as(type, valueOf(hyperParameters[key]))),
    ],
  };
}

function valueOf(sourced: Sourced | null | undefined): Scalar {
  return sourced?.value ?? null;
}

function numberOf(sourced: Sourced | null): number | null {
  const value = valueOf(sourced);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The narrowest type that all values have. */
function typeOf(values: readonly Scalar[]): ColumnType {
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return 'text';
  if (present.every((value) => typeof value === 'number' && Number.isFinite(value))) return 'number';
  return present.every((value) => typeof value === 'boolean') ? 'boolean' : 'text';
}

function as(type: ColumnType, value: Scalar): Scalar {
  return value === null || type !== 'text' ? value : String(value);
}

const SPLITS = ['train', 'val', 'test'] as const;

function checkpoints({ columns, valuesOf }: Keys): Table {
  return {
    name: 'checkpoints',
    columns: [
      text('path'),
      ...columns,
      { name: 'best', type: 'boolean' },
      text('state'),
      text('failure'),
      text('sha256'),
      text('format'),
      ...SPLITS.flatMap((split) => [
        number(`${split}_loss`),
        number(`${split}_accuracy`),
        number(`${split}_r2`),
      ]),
      ...['l1_norm', 'l2_norm', 'nuclear_norm', 'sparsity'].map(number),
    ],
    rowsOf: ({ entry, result, failure }) => {
      const { checkpoint, stats } = result?.report ?? {};
      const state = result !== null ? 'done' : failure !== null ? 'failed' : 'missing';
      return [
        [
          entry.path,
          ...valuesOf(entry),
          entry.best,
          state,
          result === null ? failure : null,
          checkpoint?.sha256 ?? null,
          checkpoint?.format ?? null,
          ...SPLITS.flatMap((split) => [
            stats?.[split]?.loss ?? null,
            stats?.[split]?.accuracy ?? null,
            stats?.[split]?.r2 ?? null,
          ]),
          stats?.l1Norm ?? null,
          stats?.l2Norm ?? null,
          stats?.nuclearNorm ?? null,
          stats?.sparsity ?? null,
        ],
      ];
    },
  };
}

function modularity({ columns, valuesOf }: Keys): Table {
  return {
    name: 'modularity',
    columns: [
      text('checkpoint'),
      ...columns,
      text('layer'),
      integer('units'),
      text('method'),
      text('family'),
      number('q'),
      integer('clusters'),
      number('soft_clusters'),
      integer('dead'),
      text('null'),
      ...['null_mean', 'null_sd', 'z', 'p', 'standard_error'].map(number),
    ],
    rowsOf: ({ entry, result }) => {
      const keys = [entry.path, ...valuesOf(entry)];
      return (result?.report.layers ?? []).flatMap(({ name, units, methods }) =>
        inOrder(Object.keys(methods)).flatMap((method): Row[] => {
          const found = methods[method];
          if (found === undefined) return [];
          const { q, count, softCount, clusters, null: model, standardError } = found;
          const dead = clusters.filter((label) => label < 0).length;
          const against = [model?.kind, model?.mean, model?.sd, model?.z, model?.p].map(
            (value) => value ?? null,
          );
          const about = [name, units, method, familyOf(method)];
          return [[...keys, ...about, q, count, softCount, dead, ...against, standardError]];
        }),
      );
    },
  };
}

function agreement({ columns, valuesOf }: Keys): Table {
  return {
    name: 'agreement',
    columns: [
      text('checkpoint'),
      ...columns,
      ...['layer', 'a', 'b'].map(text),
      ...STUDY_METRICS.flatMap(([name]) => [number(name), number(`${name}_minus_untrained`)]),
      number('alignment_p'),
      number('rsa_p'),
    ],
    rowsOf: ({ entry, result, untrained }) => {
      const keys = [entry.path, ...valuesOf(entry)];
      return (result?.report.layers ?? []).flatMap((layer) => {
        const meanOf = nullAgreement(untrained, layer.name);
        return layer.agreement.map((pair): Row => {
          const metrics = STUDY_METRICS.flatMap(([name, of]) => {
            const value = of(pair);
            const mean = meanOf(pair.a, pair.b, name);
            return [value, value === null || mean === null ? null : value - mean];
          });
          return [...keys, layer.name, pair.a, pair.b, ...metrics, pair.p, pair.rsaP];
        });
      });
    },
  };
}
