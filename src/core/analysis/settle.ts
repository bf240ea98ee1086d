import type { Assumption } from '../base/assumption';
import { InputError } from '../base/error';
import type { LossChoice } from '../choices';
import { type Choice, inReading } from '../dataset/choose';
import { withEnding } from '../network/ending';
import { loadModel, type Model, outputsOf } from '../network/model';
import type { Ending, Network } from '../network/network';
import { activationNamed } from '../network/ops/activation';
import { loadData } from './analysis-data';
import { type Compute, isForwardShort } from './compute';
import type { EvaluationData } from './evaluation-data';
import { aspectNote, evenly, judge, type Tried, withActivation } from './evidence';
import {
  normalisations,
  NORMALISED_BY,
  NOT_NORMALISED,
  plainPixels,
  withNormalisation,
} from './normalisation';
import { scoreIn, scoreScale } from './score';
import { LOSS_ALONE, splitStatistics } from './statistics';
import type { Subject } from './subject';

/** A checkpoint and its data as they are analyzed: of all readings that they allow, the one that the scores speak for. */
export interface Settled {
  readonly network: Network;
  readonly model: Model;
  readonly choice: Choice;
  readonly dataset: EvaluationData;
  /** What was left off behind the logits. */
  readonly ending: Ending | null;
  /** Those that remain. */
  readonly assumptions: readonly Assumption[];
  /** What the scores tell, one sentence each. */
  readonly notes: readonly string[];
}

/** Nonlinearities that are tried where nothing names one, the commonest first. */
const USUAL = ['ReLU', 'GELU', 'SiLU', 'tanh', 'sigmoid'];

/** Samples that tell whether a reading is far better than chance; those of untrained networks are not, and cost no more. */
const FEW_SAMPLES = 500;
/** Samples that readings are compared on, at most. */
const MOST_SAMPLES = 2000;

/** Of the way from chance to no error: a reading that comes so far is not the wrong one, and no other need be tried. */
const EXCELLENT = 0.95;

/** One reading of checkpoint and data, read. */
interface Prepared extends Omit<Settled, 'assumptions' | 'notes'> {
  readonly dataAssumptions: readonly Assumption[];
  /** What it takes of each aspect, in words; of all readings, the aspects are the same. */
  readonly aspects: Readonly<Record<string, string>>;
}

/**
 * Reads the network and the data, and puts to the test what had to be assumed of them: the order and layout of weights, the
 * columns and the scale of tables, the nonlinearity, the normalisation of pixels.
 * @param samples the first so many; all where null
 * @throws InputError where no reading can be
 */
export async function settle(
  subject: Subject,
  { samples, loss }: { readonly samples: number | null; readonly loss: LossChoice },
  compute: Compute,
): Promise<Settled> {
  const readings = await preparedReadings(subject, samples, loss);
  const [first] = readings;
  const samplesTried = Math.min(first.dataset.samples, MOST_SAMPLES);
  const isAssumed = first.network.assumptions.some(({ name }) => name === 'activation');
  const normals = normalisations(first.dataset);
  const sweeps = readings.length * (isAssumed ? USUAL.length : 1) + normals.length;
  const plain = {
    ...first,
    assumptions: [...first.network.assumptions, ...first.dataAssumptions],
    notes: [],
  };
  if (sweeps === 1 || !isForwardShort(first.model, sweeps * samplesTried)) return assumed(plain);

  const isExcellent = ({ score, scale }: Tried<Prepared>): boolean =>
    score - scale.chance >= EXCELLENT * (1 - scale.chance) && scale.isAboveChance(score);
  const attempt = async (reading: Prepared, samples: number): Promise<Tried<Prepared>> => {
    const own = evenly(reading.dataset, samples);
    const score = scoreIn(splitStatistics(await compute.sweep(reading.model, own, LOSS_ALONE))) ?? 0;
    return { value: reading, aspects: reading.aspects, score, scale: scoreScale(own) };
  };
  const all = isAssumed ? [...withActivations(readings)] : readings;
  const attemptAll = async (samples: number): Promise<Tried<Prepared>[]> => {
    const done: Tried<Prepared>[] = [];
    for (const reading of all) {
      done.push(await attempt(reading, samples));
      if (first.network.refusal === undefined && isExcellent(done[0]!)) break;
    }
    return done;
  };
  let tried = await attemptAll(FEW_SAMPLES);
  let compared = FEW_SAMPLES;
  if (!judge(tried).isAny) return assumed(plain);
  if (tried.length > 1 || !isExcellent(tried[0]!)) {
    compared = MOST_SAMPLES;
    tried = await attemptAll(compared);
    const before = judge(tried).taken;
    if (!isExcellent(before))
      for (const reading of withNormals(before.value, normals)) tried.push(await attempt(reading, compared));
  }
  const { taken, isAny } = judge(tried);
  if (!isAny) return assumed(plain);

  const notes: string[] = [];
  const settled = new Map<string, string>(); // its words, by aspect
  for (const [aspect, words] of Object.entries(taken.aspects)) {
    const note = aspectNote(aspect, taken, tried, evenly(taken.value.dataset, compared));
    if (note === null) continue;
    notes.push(note.sentence);
    if (note.isSettled) settled.set(aspect, words);
  }
  const { value } = taken;
  if (value.network.refusal !== undefined && !settled.has('weights')) throw value.network.refusal;
  const remaining = [...value.network.assumptions, ...value.dataAssumptions].filter(
    ({ name, says }) =>
      !(name === 'activation' && settled.has('nonlinearity')) &&
      !settled.has(name) &&
      !(settled.get('weights')?.includes(says) ?? false) &&
      !(settled.get('table')?.includes(says) ?? false),
  );
  const words = taken.aspects['nonlinearity'];
  return {
    ...value,
    assumptions: remaining.map((assumption) =>
      assumption.name === 'activation' && words !== undefined
        ? { ...assumption, says: `${words} was assumed between the layers.` }
        : assumption,
    ),
    notes,
  };
}

/** What was not put to the test, or failed it. @throws InputError where it must not be assumed */
function assumed(settled: Settled): Settled {
  if (settled.network.refusal !== undefined) throw settled.network.refusal;
  return settled;
}

/** Every reading of the weights with every reading of the data, the most plausible first. */
async function preparedReadings(
  subject: Subject,
  samples: number | null,
  loss: LossChoice,
): Promise<[Prepared, ...Prepared[]]> {
  const { network, choice } = subject;
  const choices = [choice, ...(choice.main.readings ?? []).map((reading) => inReading(choice, reading))];
  const networks = [network, ...(network.otherReadings ?? [])];
  const weights = distinctWords(networks.map(({ assumptions }) => assumptions));
  const tables = distinctWords(choices.map(({ main }) => main.assumptions ?? []));
  const found: Prepared[] = [];
  let problem: unknown;
  for (const [i, one] of networks.entries()) {
    for (const [j, data] of choices.entries()) {
      try {
        const prepared = await prepare(subject, one, data, samples, loss);
        const aspects = {
          ...prepared.aspects,
          ...(networks.length > 1 && { weights: weights[i]! }),
          ...(choices.length > 1 && { table: tables[j]! }),
        };
        found.push({ ...prepared, aspects });
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problem ??= error; // of the most plausible
      }
    }
  }
  const [first, ...others] = found;
  if (first === undefined) throw problem;
  return [first, ...others];
}

async function prepare(
  { checkpoint }: Subject,
  found: Network,
  choice: Choice,
  samples: number | null,
  loss: LossChoice,
): Promise<Prepared> {
  const logits = await loadModel(checkpoint, found);
  const ending = found.ending ?? null;
  const outputs = { outputs: outputsOf(logits), ending };
  const { data: dataset, assumptions } = await loadData(choice.main, outputs, samples, loss);
  // A regression compares what the network gives, and not what a last nonlinearity is given.
  const isWhole = dataset.loss === 'mean_squared_error' && ending !== null;
  const network = isWhole ? withEnding(found) : found;
  const model = isWhole ? await loadModel(checkpoint, network) : logits;
  const plain = plainPixels(dataset);
  const dataAssumptions = plain === null ? assumptions : [...assumptions, plain];
  const aspects: Prepared['aspects'] = plain === null ? {} : { [NORMALISED_BY]: NOT_NORMALISED };
  return { network, model, choice, dataset, ending, dataAssumptions, aspects };
}

/** Of each list of assumptions, what it says and not all others do. */
function distinctWords(lists: readonly (readonly Assumption[])[]): string[] {
  const said = lists.map((list) => list.map(({ says }) => says));
  return said.map((own) => own.filter((says) => !said.every((others) => others.includes(says))).join(' '));
}

/** Every reading with each of the usual nonlinearities, the commonest first. */
function* withActivations(readings: readonly Prepared[]): Generator<Prepared> {
  for (const words of USUAL) {
    const activation = activationNamed(words);
    if (activation === null) continue;
    for (const reading of readings)
      yield {
        ...reading,
        model: withActivation(reading.model, activation),
        aspects: { nonlinearity: words, ...reading.aspects },
      };
  }
}

/** A reading with each of the usual normalisations of pixels. */
function* withNormals(reading: Prepared, normals: ReturnType<typeof normalisations>): Generator<Prepared> {
  for (const normal of normals)
    yield {
      ...reading,
      choice: withNormalisation(reading.choice, normal),
      dataset: { ...reading.dataset, scaling: { ...reading.dataset.scaling, ...normal.scaling } },
      dataAssumptions: reading.dataAssumptions
        .filter(({ name }) => name !== 'normalisation')
        .concat(normal.assumption),
      aspects: { ...reading.aspects, [NORMALISED_BY]: normal.words },
    };
}
