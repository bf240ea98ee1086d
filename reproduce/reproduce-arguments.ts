import { availableParallelism } from 'node:os';
import { parse } from '../src/cli/arguments';
import { UsageError, wholeNumber } from '../src/settings/flags';
import type { IdxFiles } from './data';

export const USAGE = `npm run reproduce [-- options [-- options of modscope study]]
    trains networks on the digits of the sample workspace, with dropout, L1 and L2 one at a time, studies them, and
    writes a report that sets the paper's numbers beside its own; goes on where it was stopped
npm run reproduce -- --untrained 100 --images F --labels F [options]
    studies untrained networks alone, which must meet the paper's numbers without any training

What follows a further -- is handed to modscope study, such as --solver monte_carlo.

Options
  --images F --labels F             train on these instead (IDX, as MNIST has them; gzip or not)
  --test-images F --test-labels F   measure on these; by default on a random fifth of the others, not trained on
  --runs N                          networks of each setting, which differ in their seeds (default 5)
  --most-epochs N                   where training ends although its loss still falls (default 800)
  --workers N                       networks trained at once (default: as many as there are cores)
  --out DIR                         where to write (default out/reproduce-digits, -images or -untrained)
`;

export interface Arguments {
  readonly images: IdxFiles | null;
  readonly test: IdxFiles | null;
  readonly runs: number;
  readonly mostEpochs: number;
  readonly workers: number;
  /** How many untrained networks to study, and nothing else; null where networks are to be trained. */
  readonly untrained: number | null;
  readonly out: string;
  /** For `modscope study`. */
  readonly study: readonly string[];
}

const STRING = { type: 'string' } as const;

/** @throws UsageError */
export function parseArguments(args: readonly string[]): Arguments {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const { positionals, values } = parse(args.slice(0, end), {
    images: STRING,
    labels: STRING,
    'test-images': STRING,
    'test-labels': STRING,
    runs: STRING,
    'most-epochs': STRING,
    workers: STRING,
    untrained: STRING,
    out: STRING,
  });
  if (positionals.length > 0) throw new UsageError(`there is nothing to do with "${positionals.join(' ')}"`);
  const images = pair(values.images, values.labels, '');
  const test = pair(values['test-images'], values['test-labels'], 'test-');
  const untrained = wholeNumber('untrained', values.untrained, 2) ?? null;
  if (images === null && test !== null) throw new UsageError('--test-images needs --images, to train on');
  if (images === null && untrained !== null)
    throw new UsageError('--untrained needs --images and --labels, to measure on');
  const kind = untrained !== null ? 'untrained' : images !== null ? 'images' : 'digits';
  return {
    images,
    test,
    runs: wholeNumber('runs', values.runs, 1) ?? 5,
    mostEpochs: wholeNumber('most-epochs', values['most-epochs'], 1) ?? 800,
    workers: wholeNumber('workers', values.workers, 1) ?? availableParallelism(),
    untrained,
    out: values.out ?? `out/reproduce-${kind}`,
    study: args.slice(end + 1),
  };
}

function pair(images: string | undefined, labels: string | undefined, prefix: string): IdxFiles | null {
  if (images !== undefined && labels !== undefined) return { images, labels };
  if (images === undefined && labels === undefined) return null;
  throw new UsageError(`--${prefix}images and --${prefix}labels are given together`);
}
