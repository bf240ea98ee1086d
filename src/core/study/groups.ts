import { InputError } from '../base/error';
import { listed, nearestName, quote } from '../base/text';
import type { CheckpointDescription, Scalar } from './describe';
import { type Factor, factorOf } from './groups/axis';
import { designOf, differsWithin } from './groups/design';
import { areIncidental, type Column, meaningOf } from './groups/key-meaning';
import { columnsOf, runsOf, trajectoryOf } from './groups/runs';
import { sentenceOf } from './groups/sentence';

export type { Factor } from './groups/axis';

/** How a study's checkpoints belong together. */
export interface Grouping {
  readonly factors: readonly Factor[];
  /** Keys in which replicates of one configuration differ. */
  readonly replicates: readonly string[];
  /** What is the same in all runs that give it. */
  readonly constants: Readonly<Record<string, Scalar>>;
  /** Keys that differ between runs and are no factor. */
  readonly ignored: readonly string[];
  /** What the checkpoints of one run are ordered by; null where every run has one, or nothing orders them. */
  readonly trajectory: 'step' | 'epoch' | null;
  /** One-factor-at-a-time: a configuration is there that every factor's curve shares as its baseline. */
  readonly sharedBaseline: boolean;
  /** All of it in one plain sentence, for people. */
  readonly sentence: string;
}

/** Keys that the user assigns, overruling what would be decided; the end of a key will do where no other ends so. */
export interface GroupOptions {
  /** Factors, and no others. */
  readonly by?: readonly string[];
  readonly replicate?: readonly string[];
  readonly ignore?: readonly string[];
}

/**
 * Decides which hyper-parameters are factors, replicates, constants or of no interest: what is the same in all runs is
 * a constant; ids, paths, dates and machines are of no interest; seeds, folds and the like tell replicates of one
 * configuration apart; all others are factors.
 * @throws InputError for unknown keys, naming the nearest
 */
export function groupRuns(
  checkpoints: readonly CheckpointDescription[],
  options: GroupOptions = {},
): Grouping {
  const runs = runsOf(checkpoints);
  const columns = columnsOf(runs);
  const chosen = assignments(columns, options);
  const roles = columns.map((column) => chosen.get(column.key) ?? usualRole(column, chosen));
  const of = (role: Role): Column[] => columns.filter((_, index) => roles[index] === role);

  const { kept, aliases } = withoutAliases(of('factor'), chosen);
  const design = designOf(kept, runs.length);
  // What tells no replicates apart is no more than the number of a run.
  const replicates = of('replicate').filter(
    (column) => chosen.has(column.key) || differsWithin(column, design),
  );
  const ignored = columns.filter(
    (column, index) =>
      roles[index] === 'ignored' ||
      aliases.has(column) ||
      (roles[index] === 'replicate' && !replicates.includes(column)),
  );
  const grouping = {
    factors: kept.map(({ key, values }) => factorOf(key, values)),
    replicates: replicates.map(({ key }) => key),
    ignored: ignored.map(({ key }) => key),
    trajectory: trajectoryOf(runs),
  };
  // Runs of one checkpoint are told of apart from trajectories.
  const single = runs.flatMap(({ checkpoints: { length } }, index) => (length === 1 ? [index] : []));
  const told =
    single.length === 0
      ? design
      : designOf(
          kept.map((column) => rowsOf(column, single)),
          single.length,
        );
  return {
    ...grouping,
    constants: Object.fromEntries(of('constant').map(({ key, values }) => [key, given(values)[0] ?? null])),
    sharedBaseline: design.isOneAtATime && design.hasBaseline,
    sentence: sentenceOf({ ...grouping, runs, design: told }),
  };
}

type Role = 'factor' | 'replicate' | 'constant' | 'ignored';

/** What the user said of keys. @throws InputError for unknown keys, and for one that is given two roles */
function assignments(columns: readonly Column[], options: GroupOptions): Map<string, Role> {
  const keys = columns.map(({ key }) => key);
  const roles = new Map<string, Role>();
  const lists: readonly (readonly [Role, string, readonly string[]])[] = [
    ['factor', 'by', options.by ?? []],
    ['replicate', 'replicate', options.replicate ?? []],
    ['ignored', 'ignore', options.ignore ?? []],
  ];
  for (const [role, option, names] of lists) {
    for (const name of names) {
      const key = keyOf(name, keys, option);
      if ((roles.get(key) ?? role) !== role)
        throw new InputError(option, `${quote(name)} was given another role before`, 'Name it once');
      roles.set(key, role);
    }
  }
  return roles;
}

function keyOf(name: string, keys: readonly string[], option: string): string {
  if (keys.includes(name)) return name;
  const ending = keys.filter((key) => key.endsWith(`.${name}`));
  const [only] = ending;
  if (only !== undefined && ending.length === 1) return only;
  if (ending.length > 1)
    throw new InputError(option, `${quote(name)} may be ${listed(ending)}`, 'Name one of them in full');
  const ends = keys.map((key) => key.slice(key.lastIndexOf('.') + 1));
  const near = nearestName(name, [...keys, ...ends]);
  throw new InputError(
    option,
    `no run has a hyper-parameter ${quote(name)}`,
    near !== null
      ? `Did you mean ${quote(near)}?`
      : keys.length === 0
        ? 'None is known of these checkpoints; a table can give them'
        : `There are ${listed([...keys].sort(), 12)}`,
  );
}

function usualRole(column: Column, chosen: ReadonlyMap<string, Role>): Role {
  const distinct = new Set(column.values);
  const isConstant = distinct.size === 1 || (given(column.values).length === 1 && !column.isTerse);
  if (column.isUnsteady) return 'ignored';
  if (isConstant) return 'constant';
  const meaning = meaningOf(column.key);
  if (meaning === 'replicate') return 'replicate';
  if (meaning === 'incidental' || areIncidental(column.values)) return 'ignored';
  return [...chosen.values()].includes('factor') ? 'ignored' : 'factor';
}

/** The values that are given, each once. */
function given(values: readonly Scalar[]): Scalar[] {
  return [...new Set(values)].filter((value) => value !== null);
}

/** Keys with the same value in every run are one: the shortest, or what the user named. */
function withoutAliases(
  factors: readonly Column[],
  chosen: ReadonlyMap<string, Role>,
): { readonly kept: readonly Column[]; readonly aliases: ReadonlySet<Column> } {
  const byValues = new Map<string, Column>();
  const aliases = new Set<Column>();
  const rank = (column: Column): number => (chosen.has(column.key) ? 0 : column.key.length);
  for (const column of factors) {
    const values = JSON.stringify(column.values);
    const other = byValues.get(values);
    const isBetter = other === undefined || rank(column) < rank(other);
    if (isBetter) byValues.set(values, column);
    const worse = isBetter ? other : column;
    if (worse !== undefined && !chosen.has(worse.key)) aliases.add(worse);
  }
  return { kept: factors.filter((column) => !aliases.has(column)), aliases };
}

function rowsOf(column: Column, rows: readonly number[]): Column {
  return { ...column, values: rows.map((row) => column.values[row] ?? null) };
}

/**
 * The checkpoints to analyze of each run: the one that its records call the best (the last, where nothing is said),
 * the last, or all. In the order of the runs' first checkpoints; those of one run by time.
 */
export function pickCheckpoints(
  checkpoints: readonly CheckpointDescription[],
  pick: 'best' | 'last' | 'all',
): CheckpointDescription[] {
  return runsOf(checkpoints).flatMap((run) => {
    if (pick === 'all') return run.checkpoints;
    const best = pick === 'best' ? run.checkpoints.filter((one) => one.best === true) : [];
    return [...run.checkpoints, ...best].slice(-1);
  });
}
