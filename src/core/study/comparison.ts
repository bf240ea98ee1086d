import { type AlignmentNull, alignmentNulls, alignmentOptimal } from '../agreement/alignment';
import { type ClusterEvents, clusterEvents } from '../agreement/cluster-events';
import { adjustedMutualInformation } from '../agreement/information';
import { OptimalMatching } from '../agreement/optimal-matching';
import { elementSimilarity, elementSimilarityByChance, overlap } from '../agreement/overlap';
import type { Labels } from '../base/matrix';
import { inOrder, type Measure } from '../measures';
import type { LayerReport, Report } from '../report';

/*
 * A few checkpoints side by side, and every two of them with each other: how far they cluster the units of a layer alike.
 *
 * Unit 7 of one network is unit 7 of another only where both are checkpoints of one run, or began with the same weights. Else
 * the numbers of units mean nothing between them, and partitions agree as chance has it. So agreement always stands beside what
 * chance gives, and what moved is told of one run alone.
 */

export interface ComparedCheckpoint {
  readonly report: Report;
  /** The run that it is of, as names and records tell; the same for checkpoints of one run. */
  readonly run: string;
}

export interface Comparison {
  /** Measures that any of them has, in order. */
  readonly measures: readonly Measure[];
  /** Layers that any of them has, in network order, the combined one last. */
  readonly layers: readonly ComparedLayer[];
  /** Every two of them, the earlier first: (0, 1), (0, 2), …, (1, 2), …. */
  readonly pairs: readonly ComparedPair[];
  /** By which chance was found. */
  readonly shuffles: number;
}

export interface ComparedLayer {
  readonly name: string;
  readonly isCombined: boolean;
  /** Of each checkpoint; null where it has no such layer. */
  readonly units: readonly (number | null)[];
  /** Of each checkpoint, by measure. */
  readonly results: readonly Readonly<Partial<Record<Measure, ComparedResult>>>[];
}

export interface ComparedResult {
  readonly q: number | null;
  readonly z: number | null;
  readonly clusters: number;
  readonly dead: number;
}

export interface ComparedPair {
  /** Numbers of the two checkpoints. */
  readonly a: number;
  readonly b: number;
  /** Whether they are of one run, so that their units are the same. */
  readonly isOneRun: boolean;
  /** In the order of the layers; null for a layer that is not in both, or not with as many units. */
  readonly layers: readonly (Readonly<Partial<Record<Measure, PartitionAgreement>>> | null)[];
}

/** How two checkpoints cluster the units of a layer by one measure. */
export interface PartitionAgreement {
  /** Alive in both, which are compared. */
  readonly units: number;
  /** Element-centric similarity, and its exact mean under shuffling of units. */
  readonly elementSim: number | null;
  readonly elementSimByChance: number | null;
  /** Adjusted mutual information: 0 by chance. */
  readonly ami: number | null;
  /** Share of units in clusters that are matched one to one, so that most are. */
  readonly matched: number | null;
  /** The same under shuffling, and how rarely that reaches `matched`. */
  readonly matchedByChance: AlignmentNull | null;
  /** Of checkpoints of one run; null of others. */
  readonly changes: ClusterChanges | null;
}

/** What became of clusters from the first checkpoint to the second. */
export interface ClusterChanges {
  readonly events: ClusterEvents;
  /** Clusters that are matched: label in the first → label in the second. */
  readonly matches: readonly { readonly from: number; readonly to: number; readonly units: number }[];
  /** Units that are in another cluster than the matched one, by where they were and are; −1 for dead. */
  readonly moves: readonly {
    readonly from: number;
    readonly to: number;
    readonly units: readonly number[];
  }[];
}

/** Shuffles: p is .001 or more. */
const SHUFFLES = 999;

/** @param seed of the shuffles */
export function compareReports(compared: readonly ComparedCheckpoint[], seed: number): Comparison {
  const layers = layersOf(compared.map(({ report }) => report));
  const pairs = compared.flatMap((first, a) =>
    compared.slice(a + 1).map((second, i): ComparedPair => {
      const b = a + 1 + i;
      const isOneRun = first.run === second.run || isSameFile(first.report, second.report);
      return {
        ...{ a, b, isOneRun },
        layers: layers.map(({ name }) =>
          agreementOf(layerNamed(first.report, name), layerNamed(second.report, name), isOneRun, seed),
        ),
      };
    }),
  );
  const measures = inOrder(layers.flatMap(({ results }) => results.flatMap(Object.keys)));
  return { measures, layers, pairs, shuffles: SHUFFLES };
}

const isSameFile = (a: Report, b: Report): boolean => a.checkpoint.sha256 === b.checkpoint.sha256;

const layerNamed = ({ layers }: Report, name: string): LayerReport | undefined =>
  layers.find((layer) => layer.name === name);

/** A layer that one checkpoint has and the others lack is put where that one has it. */
function layersOf(reports: readonly Report[]): ComparedLayer[] {
  const names: string[] = [];
  for (const { layers } of reports) {
    layers.forEach(({ name }, i) => {
      if (names.includes(name)) return;
      const before = names.indexOf(layers[i - 1]?.name ?? '');
      names.splice(before + 1, 0, name);
    });
  }
  const layers = names.map((name): ComparedLayer => {
    const found = reports.map((report) => layerNamed(report, name));
    return {
      name,
      isCombined: found.some((layer) => layer?.kind === 'combined'),
      units: found.map((layer) => layer?.units ?? null),
      results: found.map(resultsOf),
    };
  });
  return [
    ...layers.filter(({ isCombined }) => !isCombined),
    ...layers.filter(({ isCombined }) => isCombined),
  ];
}

function resultsOf(layer: LayerReport | undefined): ComparedLayer['results'][number] {
  const results = inOrder(Object.keys(layer?.methods ?? {})).flatMap((measure) => {
    const found = layer?.methods[measure];
    if (found === undefined) return [];
    const dead = found.clusters.filter((label) => label < 0).length;
    return [[measure, { q: found.q, z: found.null?.z ?? null, clusters: found.count, dead }] as const];
  });
  return Object.fromEntries(results);
}

function agreementOf(
  one: LayerReport | undefined,
  other: LayerReport | undefined,
  isOneRun: boolean,
  seed: number,
): ComparedPair['layers'][number] {
  if (one === undefined || other === undefined) return null;
  if (one.units !== other.units) return null;
  const both = inOrder(Object.keys(one.methods)).flatMap((measure) => {
    const [a, b] = [one.methods[measure], other.methods[measure]];
    if (a === undefined || b === undefined) return [];
    const [first, second] = [Int32Array.from(a.clusters), Int32Array.from(b.clusters)];
    return [{ measure, first, second, table: overlap(first, second) }];
  });
  const tables = both.map(({ table }) => table);
  const nulls = alignmentNulls(tables, SHUFFLES, seed, 'optimal');
  const results = both.map(({ measure, first, second, table }, i): [Measure, PartitionAgreement] => [
    measure,
    {
      units: table.units,
      elementSim: elementSimilarity(table),
      elementSimByChance: elementSimilarityByChance(table),
      ami: adjustedMutualInformation(table),
      matched: alignmentOptimal(table),
      matchedByChance: nulls[i] ?? null,
      changes: isOneRun ? changesOf(first, second) : null,
    },
  ]);
  return Object.fromEntries(results);
}

/** @param first, second labels of the same units */
export function changesOf(first: Labels, second: Labels): ClusterChanges {
  const table = overlap(first, second, 'as-cluster');
  const { rowLabels, columnLabels, columns, counts } = table;
  const columnOf = new OptimalMatching(table).columnOfRow();
  const matches = [...columnOf].flatMap((column, row) =>
    column < 0
      ? []
      : [{ from: rowLabels[row]!, to: columnLabels[column]!, units: counts[row * columns.length + column]! }],
  );
  const matchOf = new Map(matches.map(({ from, to }) => [from, to]));
  matchOf.set(-1, -1); // what stays dead has not moved
  const moves = new Map<string, { from: number; to: number; units: number[] }>();
  first.forEach((from, unit) => {
    const to = second[unit]!;
    if (matchOf.get(from) === to) return;
    const move = moves.get(`${from} ${to}`) ?? { from, to, units: [] };
    moves.set(`${from} ${to}`, move);
    move.units.push(unit);
  });
  return {
    events: clusterEvents(table),
    matches,
    moves: [...moves.values()].sort(
      (a, b) => b.units.length - a.units.length || a.from - b.from || a.to - b.to,
    ),
  };
}
