import { listed, plural, printable, readable } from '../../base/text';
import type { Scalar } from '../records/values';
import type { Factor } from './axis';
import type { Design } from './design';
import type { Run } from './runs';

/** What a sentence tells. */
export interface Told {
  readonly runs: readonly Run[];
  readonly factors: readonly Factor[];
  readonly replicates: readonly string[];
  readonly ignored: readonly string[];
  readonly trajectory: 'step' | 'epoch' | null;
  /** Of the runs of one checkpoint where there are any, else of all. */
  readonly design: Design;
}

/**
 * How a study was understood, for people: "8 runs: dropout (0, 0.3, 0.6), L1 (0, 0.001) and L2 (0.00001, 0.01) vary one
 * at a time from a shared baseline, up to 2 replicates by run; and a trajectory of 7 checkpoints by epoch."
 */
export function sentenceOf({ runs, factors, replicates, ignored, trajectory, design }: Told): string {
  if (runs.length === 0) return 'no checkpoints.';
  const several = runs.filter(({ checkpoints }) => checkpoints.length > 1);
  const single = runs.length - several.length;
  const parts: string[] = [];
  if (single > 0 || several.length > 1) {
    const parted = [variation(factors, design), repetition(replicates, design)].filter((part) => part !== '');
    const count = plural(single > 0 ? single : several.length, 'run');
    parts.push(parted.length > 0 ? `${count}: ${parted.join(', ')}` : count);
  }
  if (several.length > 0) parts.push(trajectories(several, trajectory, single > 0));
  if (ignored.length > 0)
    parts.push(
      `left aside: ${listed(
        ignored.map((key) => printable(key, 60)),
        5,
      )}`,
    );
  return `${parts.join('; ')}.`;
}

/** "dropout (0, 0.3) and L2 (0, 0.1) vary in all 4 combinations". */
function variation(factors: readonly Factor[], design: Design): string {
  if (factors.length === 0) return '';
  const named = factors.map((factor) => `${wordOf(factor.key)} (${valuesOf(factor)})`);
  if (factors.length === 1) return `${joined(named)} varies`;
  const all = `${joined(named)} vary`;
  if (design.isOneAtATime)
    return `${all} one at a time${design.hasBaseline ? ' from a shared baseline' : ''}`;
  return `${all} in ${design.isFull ? 'all ' : ''}${plural(design.count, 'combination')}`;
}

/** "a, b and c". */
function joined(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${last}` : last;
}

/** "3 replicates each by seed". */
function repetition(replicates: readonly string[], { sizes }: Design): string {
  const most = sizes.reduce((a, b) => Math.max(a, b), 0);
  if (most <= 1) return sizes.length > 1 ? 'one run each' : '';
  const each = sizes.every((size) => size === most) ? (sizes.length > 1 ? ' each' : '') : '';
  const upTo = sizes.every((size) => size === most) ? '' : 'up to ';
  const by = replicates.length > 0 ? ` by ${joined(replicates.map(wordOf))}` : '';
  return `${upTo}${most} replicates${each}${by}`;
}

/** "and a trajectory of 7 checkpoints by epoch"; where all runs have several: "5 to 7 checkpoints each by epoch". */
function trajectories(runs: readonly Run[], time: 'step' | 'epoch' | null, hasOthers: boolean): string {
  const counts = runs.map(({ checkpoints }) => checkpoints.length).sort((a, b) => a - b);
  const [least = 0, most = 0] = [counts[0], counts.at(-1)];
  const checkpoints = `${least === most ? most : `${least} to ${most}`} checkpoints`;
  const by = time === null ? ' that no epoch or step orders' : ` by ${time}`;
  const and = hasOthers ? 'and ' : '';
  if (runs.length === 1) return `${and}a trajectory of ${checkpoints}${by}`;
  return hasOthers ? `and ${runs.length} trajectories of ${checkpoints}${by}` : `${checkpoints} each${by}`;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['drop', 'dropout'],
  ['l1', 'L1'],
  ['l2', 'L2'],
  ['lr', 'learning rate'],
  ['learning_rate', 'learning rate'],
  ['wd', 'weight decay'],
  ['weight_decay', 'weight decay'],
  ['bs', 'batch size'],
  ['batch_size', 'batch size'],
]);

/** A key as people call it. */
export function wordOf(key: string): string {
  return WORDS.get(key) ?? printable(key, 60);
}

const MOST_VALUES = 6;

function valuesOf({ values, scale }: Factor): string {
  const texts = values.map(shown);
  if (texts.length <= MOST_VALUES) return texts.join(', ');
  const range = scale === 'category' ? '' : ` from ${texts[0] ?? ''} to ${texts.at(-1) ?? ''}`;
  return `${texts.length} values${range}`;
}

export function shown(value: Scalar): string {
  if (value === null) return 'not given';
  return typeof value === 'number' ? readable(value) : printable(String(value), 40);
}
