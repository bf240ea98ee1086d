import * as v from 'valibot';
import type { Measure } from '../../src/core/measures';
import type { ComparedPair, Comparison } from '../../src/core/study/comparison';
import type { MatrixPicture } from '../../src/matrix-messages';
import type { ComparedSummary, PanelSelection } from '../../src/protocol';
import type { Loadable } from '../panel/panel-state';

/** What the table of modularity shows. */
export type Quantity = 'q' | 'z' | 'clusters';
/** How two partitions are compared. */
export type PairMetric = 'elementSim' | 'ami' | 'matched';
export type TableName = 'modularity' | 'agreement';

/** What outlives the page. */
export interface KeptState {
  readonly layer: string | null;
  readonly method: string | null;
  readonly quantity: Quantity;
  readonly scale: 'linear' | 'log';
  /** By whose clusters matrices are ordered; null: as suits the checkpoints. */
  readonly order: 'first' | 'own' | null;
  /** Number of the pair whose agreement is shown. */
  readonly pair: number;
  readonly metric: PairMetric;
  /** Views shown as plain tables. */
  readonly tables: readonly TableName[];
  /** How far the page is scrolled, in pixels. */
  readonly top: number;
}

export interface CompareState extends KeptState {
  /** null: not known yet. */
  readonly checkpoints: readonly ComparedSummary[] | null;
  readonly palette: PanelSelection['palette'];
  readonly comparison: Loadable<Comparison>;
  /** Of the matrices that were asked for last, in the order of the checkpoints. */
  readonly pictures: Loadable<readonly (MatrixPicture | null)[]>;
  /** Why what the user asked for could not be done; null: all is well. */
  readonly problem: string | null;
}

const Saved = v.object({
  layer: v.fallback(v.nullable(v.string()), null),
  method: v.fallback(v.nullable(v.string()), null),
  quantity: v.fallback(v.picklist(['q', 'z', 'clusters']), 'q'),
  scale: v.fallback(v.picklist(['linear', 'log']), 'linear'),
  order: v.fallback(v.nullable(v.picklist(['first', 'own'])), null),
  pair: v.fallback(v.number(), 0),
  metric: v.fallback(v.picklist(['elementSim', 'ami', 'matched']), 'elementSim'),
  tables: v.fallback(v.array(v.picklist(['modularity', 'agreement'])), []),
  top: v.fallback(v.number(), 0),
});

/** @param saved what the page kept, perhaps by an earlier version: what does not fit takes its default */
export function initialState(saved: unknown): CompareState {
  const kept = v.safeParse(Saved, saved);
  return {
    ...(kept.success ? kept.output : v.parse(Saved, {})),
    checkpoints: null,
    palette: 'viridis',
    comparison: { state: 'none' },
    pictures: { state: 'none' },
    problem: null,
  };
}

export function kept(state: CompareState): KeptState {
  const { layer, method, quantity, scale, order, pair, metric, tables, top } = state;
  return { layer, method, quantity, scale, order, pair, metric, tables, top };
}

/** The selection as far as the comparison has it, else its first layer and measure, and the first pair. */
export function validSelection(
  { layer, method, pair }: KeptState,
  { layers, measures, pairs }: Comparison,
): Pick<KeptState, 'layer' | 'method' | 'pair'> {
  const chosen = layers.find(({ name }) => name === layer) ?? layers[0];
  const computed = measures.filter((measure) =>
    chosen?.results.some((results) => results[measure] !== undefined),
  );
  const measure: Measure | undefined = computed.find((one) => one === method) ?? computed[0];
  return {
    layer: chosen?.name ?? null,
    method: measure ?? null,
    pair: pairs[pair] === undefined ? 0 : pair,
  };
}

/** Units of checkpoints of one run have one order; of others each network's clusters are its own. */
export function orderOf({ order }: KeptState, { pairs }: Comparison): 'first' | 'own' {
  const areOneRun = pairs.filter(({ a }) => a === 0).every(({ isOneRun }: ComparedPair) => isOneRun);
  return order ?? (areOneRun ? 'first' : 'own');
}

/** "A", "B", …: what a checkpoint is called for short. */
export const letterOf = (checkpoint: number): string => String.fromCharCode(65 + checkpoint);
