import { basename } from 'node:path';
import type { InputError } from '../base/error';
import { naturalOrder } from '../network/network';
import type { CheckpointDescription, Sourced } from './records/record';
import { type Draft, draftOf, isCalled } from './records/description-draft';
import { RecordFinder } from './records/folder';
import { runNames } from './records/run-names';
import { readTable } from './records/runs-table';

export type { CheckpointDescription, Sourced } from './records/record';
export type { Scalar } from './records/values';

export interface DescribeOptions {
  /** Path of a CSV file with a row per checkpoint or run; it overrules all that is found. */
  readonly table?: string;
  /** Told of each record of a run that cannot be read, once; what the others say still counts. */
  readonly onProblem?: (error: InputError) => void;
}

/** Checkpoints looked at together. */
const AT_ONCE = 8;

/**
 * Describes checkpoints by what they say themselves, by the records in their runs' folders and by their names: where
 * these disagree the nearest is believed, in this order. Nothing that a file names is opened, executed or resolved. A
 * checkpoint that cannot be opened is described by the rest.
 * @returns in the order of the paths
 * @throws InputError for a bad table
 */
export async function describeCheckpoints(
  paths: readonly string[],
  { table, onProblem = () => undefined }: DescribeOptions = {},
): Promise<CheckpointDescription[]> {
  const drafts = await draftAll(paths, new RecordFinder(onProblem));
  const runs = runNames(drafts);
  if (table !== undefined) {
    const rows = await readTable(
      table,
      paths.map((path, index) => ({ path, run: runs[index]! })),
    );
    rows.forEach((row, index) => {
      drafts[index]?.overrule(row, basename(table));
    });
  }
  unround(drafts.map(({ hyperParameters }) => hyperParameters));
  const best = bestOfRuns(drafts, runs);
  return drafts.map(({ path, hyperParameters, metrics, epoch, step }, index) => ({
    path,
    run: runs[index]!,
    hyperParameters: Object.fromEntries(hyperParameters),
    metrics: Object.fromEntries(metrics),
    epoch,
    step,
    best: best[index]!,
  }));
}

async function draftAll(paths: readonly string[], finder: RecordFinder): Promise<Draft[]> {
  const drafts: Draft[] = [];
  const queue = paths.entries();
  const work = async (): Promise<void> => {
    // The workers share one iterator: each takes the next path when it is done with its last.
    for (const [index, path] of queue) drafts[index] = await draftOf(path, finder);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return drafts;
}

/**
 * Which checkpoints their runs call the best. Each checkpoint knows which was the best when it was written, so the
 * latest is asked; where what it names is not there, names are, and else nothing is known.
 */
function bestOfRuns(drafts: readonly Draft[], runs: readonly string[]): (boolean | null)[] {
  const members = new Map<string, Draft[]>();
  drafts.forEach((draft, index) => {
    const run = runs[index]!;
    members.set(run, [...(members.get(run) ?? []), draft]);
  });
  const best = new Set<Draft>();
  for (const run of members.values()) {
    const claim =
      run
        .filter((draft) => draft.best !== null)
        .sort(inTime)
        .at(-1)?.best ?? null;
    const named = run.filter((draft) => isMeant(draft, claim));
    for (const draft of named.length > 0 ? named : run.filter(({ isBest }) => isBest)) best.add(draft);
  }
  return drafts.map((draft, index) => {
    const run = members.get(runs[index]!) ?? [];
    return run.some((other) => best.has(other)) ? best.has(draft) : null;
  });
}

function isMeant(draft: Draft, claim: string | number | null): boolean {
  return typeof claim === 'string'
    ? isCalled(draft.path, claim)
    : claim !== null && draft.stepNumber === claim;
}

function inTime(a: Draft, b: Draft): number {
  const byStep = (a.stepNumber ?? NaN) - (b.stepNumber ?? NaN);
  const byEpoch = (a.epochNumber ?? NaN) - (b.epochNumber ?? NaN);
  return byStep || byEpoch || naturalOrder(a.path, b.path);
}

/** More than people write, and fewer than a float32 tells apart. */
const DIGITS = 6;

/**
 * Makes values of one key that differ by rounding alone the same: 10 ** -5 of one program is 0.000009999999999999999,
 * 0.3 in float32 is 0.30000001192092896. All take the one that is written shortest, so that equal configurations are
 * equal. Whole numbers stay: seeds are long.
 */
function unround(checkpoints: readonly Map<string, Sourced>[]): void {
  const shortest = new Map<string, number>();
  for (const values of checkpoints) {
    for (const [key, { value }] of values) {
      if (!isRounded(value)) continue;
      const name = keyOf(key, value);
      const other = shortest.get(name);
      if (other === undefined || String(value).length < String(other).length) shortest.set(name, value);
    }
  }
  for (const values of checkpoints) {
    for (const [key, { value, source }] of values) {
      const meant = isRounded(value) ? shortest.get(keyOf(key, value)) : undefined;
      if (meant !== undefined && meant !== value) values.set(key, { value: meant, source });
    }
  }
}

function isRounded(value: Sourced['value']): value is number {
  return typeof value === 'number' && !Number.isInteger(value);
}

function keyOf(key: string, value: number): string {
  return `${value.toPrecision(DIGITS)} ${key}`;
}
