import { alignment, type AlignmentNull, alignmentNulls, alignmentOptimal } from '../agreement/alignment';
import {
  adjustedMutualInformation,
  reducedMutualInformation,
  reducedMutualInformationNorm,
  variationOfInformation,
  variationOfInformationNorm,
} from '../agreement/information';
import {
  adjustedRand,
  type DeadPolicy,
  elementSimilarity,
  overlap,
  type Overlap,
} from '../agreement/overlap';
import { rankUpperTriangle, rsa } from '../agreement/rsa';
import type { Ranks } from '../base/ranks';
import { InputError } from '../base/error';
import type { Labels, SquareMatrix } from '../base/matrix';
import { adjacency } from '../clustering/adjacency';
import { modularity } from '../clustering/modularity';
import type { Agreement } from '../report';

export interface AgreementItem<Name extends string = string> {
  readonly name: Name;
  /** Cluster per unit, −1 dead; the same units in every item. */
  readonly labels: Labels;
  /** The association matrix that was clustered; without it there is no rsa and no transfer. */
  readonly matrix?: SquareMatrix | undefined;
}

export interface AgreementOptions {
  /** What becomes of dead units; rsa and transfer always use the matrices as they are. Default: exclude. */
  readonly dead?: DeadPolicy | undefined;
  /** Shuffles for the null of the alignment, 0 or 2 and more. Default: 5000. */
  readonly nullSamples?: number | undefined;
  /** Default: 0. */
  readonly seed?: number | undefined;
}

/** The agreement of any two partitions, by their names. */
export type PairAgreement<Name extends string> = Omit<Agreement, 'a' | 'b'> & {
  readonly a: Name;
  readonly b: Name;
};

/**
 * Agreement of every unordered pair of items, in order: (0, 1), (0, 2), …, (1, 2), ….
 *
 * @throws InputError where an item's labels or matrix do not fit, by the item's name
 */
export function agreement<Name extends string>(
  items: readonly AgreementItem<Name>[],
  { dead = 'exclude', nullSamples = 5000, seed = 0 }: AgreementOptions = {},
): PairAgreement<Name>[] {
  for (const item of items) check(item, items[0]!);
  const pairs = items.flatMap((a, i) =>
    items.slice(i + 1).map((b, k) => ({ i, j: i + 1 + k, overlap: overlap(a.labels, b.labels, dead) })),
  );
  const nulls =
    nullSamples < 2
      ? []
      : alignmentNulls(
          pairs.map((pair) => pair.overlap),
          nullSamples,
          seed,
        );
  const compare = matrixComparison(items);
  return pairs.map(({ i, j, overlap }, pair) => ({
    a: items[i]!.name,
    b: items[j]!.name,
    ...partitionMetrics(overlap, nulls[pair] ?? null),
    ...compare(i, j),
  }));
}

function check({ name, labels, matrix }: AgreementItem, first: AgreementItem): void {
  if (labels.length !== first.labels.length) {
    throw new InputError(name, `${labels.length} units, but ${first.name} has ${first.labels.length}`);
  }
  const unit = labels.findIndex((label) => label < -1);
  if (unit >= 0) {
    throw new InputError(
      name,
      `the label of unit ${unit} is ${labels[unit]!}`,
      'Labels are 0, 1, … for clusters and -1 for dead units.',
    );
  }
  if (matrix !== undefined && matrix.size !== labels.length) {
    throw new InputError(name, `a matrix of ${matrix.size} units for ${labels.length} labels`);
  }
}

type MatrixFields = 'rsa' | 'rsaP' | 'transfer' | 'transfer_norm';

function partitionMetrics(
  overlap: Overlap,
  shuffled: AlignmentNull | null,
): Omit<Agreement, 'a' | 'b' | MatrixFields> {
  return {
    element_sim: elementSimilarity(overlap),
    alignment: alignment(overlap),
    alignment_optimal: alignmentOptimal(overlap),
    alignmentNull: shuffled && { mean: shuffled.mean, sd: shuffled.sd },
    p: shuffled?.p ?? null,
    rmi: reducedMutualInformation(overlap),
    rmi_norm: reducedMutualInformationNorm(overlap),
    vi: variationOfInformation(overlap),
    vi_norm: variationOfInformationNorm(overlap),
    ami: adjustedMutualInformation(overlap),
    ari: adjustedRand(overlap),
  };
}

/** What is asked of a matrix once, for all the pairs it is in. */
interface MatrixFacts {
  readonly ranks: Ranks;
  /** Q of this matrix under the partition of each item. */
  readonly q: readonly (number | null)[];
}

/** Compares the matrices of items i and j. Of the graphs, only one is held at a time. */
function matrixComparison(
  items: readonly AgreementItem[],
): (i: number, j: number) => Pick<Agreement, MatrixFields> {
  const facts = items.map(({ name, matrix }): MatrixFacts | undefined => {
    if (matrix === undefined) return undefined;
    const graph = adjacency(matrix, name);
    const q = items.map(({ labels }) => (graph.total === 0 ? null : modularity(graph, labels)));
    return { ranks: rankUpperTriangle(matrix), q };
  });
  return (i, j) => {
    const a = facts[i];
    const b = facts[j];
    const { r, p } = a && b ? rsa(a.ranks, b.ranks) : { r: null, p: null };
    const ab = a?.q[j] ?? null;
    const ba = b?.q[i] ?? null;
    return {
      rsa: r,
      rsaP: p,
      transfer: a || b ? [ab, ba] : null,
      transfer_norm: a || b ? [transferNorm(ab, a?.q[i] ?? null), transferNorm(ba, b?.q[j] ?? null)] : null,
    };
  };
}

/** What keeps the ratio finite where a partition has no modularity of its own. */
const OFFSET = 1e-3;

/**
 * How well the partition of one association matrix serves another (Lange, Rolnick and Kording, TMLR 2022):
 * Q(A, c′), modularity of the graph A under a partition made from another graph.
 *
 * @param own Q(A, c), modularity under its own partition; null where the matrix has none
 * @returns Q(A, c′) / (Q(A, c) + 0.001); null where that is undefined
 */
export function transferNorm(transferred: number | null, own: number | null): number | null {
  if (transferred === null || own === null || own + OFFSET === 0) return null;
  return transferred / (own + OFFSET);
}
