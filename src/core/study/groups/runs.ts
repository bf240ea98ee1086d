import { naturalOrder } from '../../network/network';
import type { CheckpointDescription } from '../records/record';
import type { Scalar } from '../records/values';
import type { Column } from './key-meaning';

/** The checkpoints of a run. */
export interface Run {
  readonly name: string;
  /** In order of time. */
  readonly checkpoints: readonly CheckpointDescription[];
}

/** Runs in the order of their first checkpoints. */
export function runsOf(checkpoints: readonly CheckpointDescription[]): Run[] {
  const runs = new Map<string, CheckpointDescription[]>();
  for (const checkpoint of checkpoints) {
    const run = runs.get(checkpoint.run);
    if (run === undefined) runs.set(checkpoint.run, [checkpoint]);
    else run.push(checkpoint);
  }
  return [...runs].map(([name, members]) => ({ name, checkpoints: members.sort(inTime) }));
}

/** By step, else by epoch, else a file called the last is, else as people count. */
function inTime(a: CheckpointDescription, b: CheckpointDescription): number {
  const byStep = numberIn(a.step) - numberIn(b.step);
  const byEpoch = numberIn(a.epoch) - numberIn(b.epoch);
  // What is not known is NaN, which counts as equal here.
  return byStep || byEpoch || lastness(a.path) - lastness(b.path) || naturalOrder(a.path, b.path);
}

function numberIn(time: CheckpointDescription['step']): number {
  return typeof time?.value === 'number' ? time.value : NaN;
}

function lastness(path: string): number {
  return /(?<![A-Za-z])(?:last|latest|final)(?![A-Za-z])[^/\\]*$/i.test(path) ? 1 : 0;
}

/** Sources that say only what differs from the usual. */
const TERSE: ReadonlySet<string> = new Set(['name', 'overrides.yaml']);

/** The runs' hyper-parameters, key by key, in the order in which they are met. */
export function columnsOf(runs: readonly Run[]): Column[] {
  const keys = new Set(
    runs.flatMap(({ checkpoints }) => checkpoints.flatMap((one) => Object.keys(one.hyperParameters))),
  );
  return [...keys].map((key) => {
    const perRun = runs.map(({ checkpoints }) => checkpoints.map((one) => valueOf(one, key)));
    const sources = runs.flatMap(({ checkpoints }) =>
      checkpoints.map((one) => (valueOf(one, key) === null ? null : one.hyperParameters[key]?.source)),
    );
    return {
      key,
      values: perRun.map((values) => values.find((value) => value !== null) ?? null),
      // Where a record lies beside some checkpoints of a run alone, it still is the run's.
      isUnsteady: perRun.some((values) => new Set(values.filter((value) => value !== null)).size > 1),
      isTerse: sources.every(
        (source) => source === null || source === undefined || TERSE.has(source) || source.endsWith('.csv'),
      ),
    };
  });
}

function valueOf({ hyperParameters }: CheckpointDescription, key: string): Scalar {
  return Object.hasOwn(hyperParameters, key) ? (hyperParameters[key]?.value ?? null) : null;
}

/** By what the checkpoints of one run are ordered: whichever tells more of them apart, the epoch where both do. */
export function trajectoryOf(runs: readonly Run[]): 'step' | 'epoch' | null {
  const several = runs.filter(({ checkpoints }) => checkpoints.length > 1);
  const told = (time: 'step' | 'epoch'): number =>
    several.reduce((sum, { checkpoints }) => {
      const moments = new Set(checkpoints.map((one) => one[time]?.value ?? null));
      return sum + (moments.has(null) ? 0 : moments.size - 1);
    }, 0);
  const [epochs, steps] = [told('epoch'), told('step')];
  if (epochs === 0 && steps === 0) return null;
  return epochs >= steps ? 'epoch' : 'step';
}
