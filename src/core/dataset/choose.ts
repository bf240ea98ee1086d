import { InputError } from '../base/error';
import { listed } from '../base/text';
import type { Shape } from '../tensor/shape';
import { SPLITS, type DatasetSource, type Identity, type Split } from './dataset';
import type { Search } from './discover';
import { sampleSize } from './inputs';
import { fitted } from './layout';

/** The data to analyse a network with. */
export interface Choice {
  readonly main: DatasetSource;
  /** The splits of the same data set in the order of SPLITS, `main` among them: for the statistics. */
  readonly splits: readonly DatasetSource[];
}

/** Data the network was not trained on says most about it. */
const PREFERENCE: readonly Split[] = ['test', 'val', 'train'];
const REMEDY = 'Name one as "data" in modscope.json';

/**
 * The one data set among those found that fits a network.
 * @param inputShape of the network, without samples; null where any would do
 * @param split the split to take; test, then val, then train by default
 * @throws InputError where none fits, several do, or the one that does cannot be read
 */
export function chooseDataset(search: Search, inputShape: Shape | null, split?: Split): Choice {
  const fitting = search.sources.flatMap((source) => fitted(source, inputShape) ?? []);
  if (fitting.length === 0) throw noneFits(search, inputShape);
  const candidates = fitting.filter((source) => isPreferred(source, fitting, split));
  const [main] = candidates;
  if (main === undefined)
    throw new InputError(
      search.start,
      `no ${String(split)} split found near it, only ${described(fitting)}`,
      'Choose another "split" of "data" in modscope.json',
    );
  if (candidates.length > 1)
    throw new InputError(search.start, `several data sets fit: ${described(candidates)}`, REMEDY);
  // A split of the same set that cannot be read might be the one to take: never pass over it silently.
  const broken = search.failed.find(({ proposal }) => proposal.certain && sameSet(proposal, main));
  if (broken !== undefined) throw broken.error;
  return { main, splits: splitsOf(main, fitting) };
}

/** A data set as the network takes it. @throws InputError saying both sizes */
export function fit(source: DatasetSource, inputShape: Shape | null): DatasetSource {
  const found = fitted(source, inputShape);
  if (found !== null) return found;
  throw new InputError(
    source.paths[0]!,
    `its samples have ${sizes(source.sampleShape)} values, and ${taken(inputShape)}`,
    'Give the data set the network was trained on',
  );
}

function isPreferred(
  source: DatasetSource,
  all: readonly DatasetSource[],
  split: Split | undefined,
): boolean {
  if (split !== undefined) return source.split === split;
  const present = all.filter((other) => sameSet(other, source)).map((other) => other.split);
  return source.split === PREFERENCE.find((name) => present.includes(name));
}

/** A split that is there twice is left out: which is meant is not known, and only the statistics miss it. */
export function splitsOf(main: DatasetSource, sources: readonly DatasetSource[]): DatasetSource[] {
  return SPLITS.flatMap((split) => {
    if (split === main.split) return [main];
    const found = sources.filter((source) => source.split === split && sameSet(source, main));
    return found.length === 1 ? found : [];
  });
}

export function sameSet(
  a: Pick<Identity, 'set'> & { readonly kind: string },
  b: Pick<Identity, 'set'> & { readonly kind: string },
): boolean {
  return a.kind === b.kind && a.set === b.set;
}

function noneFits({ start, folders, sources, failed }: Search, inputShape: Shape | null): InputError {
  if (sources.length > 0) {
    const found = described(sources);
    return new InputError(start, `no data set fits: ${taken(inputShape)}, and there is ${found}`, REMEDY);
  }
  const broken = failed.find(({ proposal }) => proposal.certain);
  return broken?.error ?? new InputError(start, `no data set found near it, in ${listed(folders)}`, REMEDY);
}

function described(sources: readonly DatasetSource[]): string {
  return listed(
    sources.map((source) => {
      const count = source.samples === null ? '' : `${source.samples} samples of `;
      return `${source.paths[0]!} (${source.split}, ${count}${sizes(source.sampleShape)} values)`;
    }),
  );
}

function taken(inputShape: Shape | null): string {
  return `the network takes ${inputShape === null ? 'any' : sizes(inputShape)} inputs`;
}

/** "28 × 28 = 784" */
function sizes(shape: Shape): string {
  const size = sampleSize(shape);
  return shape.length === 1 ? `${size}` : `${shape.join(' × ')} = ${size}`;
}
