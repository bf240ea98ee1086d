import { InputError } from '../../base/error';
import { pictureShape } from '../picture-shape';
import type { Network } from '../network';
import { finishDraft } from '../onnx/finish-draft';
import type { TensorSource } from '../onnx/graph-value';
import { type Shape, sizeOf } from '../../tensor/shape';
import { AtenGraph } from './aten-graph';
import { logitsOfOutput } from './aten-logits';
import { InputNeeded } from './input-shape';
import type { AtenValue, TensorCell } from './tensor-cell';

/** A program of calls of ATen operators, whatever it is written in. */
export interface AtenProgram {
  /** The file it is in, for messages. */
  readonly path: string;
  /**
   * Sizes of the batch to follow it with, until one fits: a program may have the one that it was recorded with in it as a
   * number. Those that no other size can be taken for come first.
   */
  readonly batches: readonly number[];
  /** The shape of a sample; null where the program does not say it. */
  readonly sample: Shape | null;
  /** Follows it from an input to what it gives. */
  follow(graph: AtenGraph, input: TensorCell): Promise<AtenValue>;
}

/** What a program is as a network. */
export interface ProgramNetwork extends Pick<
  Network,
  'nodes' | 'hidden' | 'constants' | 'assumptions' | 'notes' | 'ending'
> {
  /** Names of the tensors it uses. */
  readonly uses: ReadonlyMap<string, number>;
}

/**
 * The network that a program of ATen operators is.
 * @param source where its tensors come from
 * @param sampleShape of the data, where it is known
 * @returns null where it takes the shape of a sample to tell, and none was given
 * @throws InputError naming the place in the program that cannot be read
 */
export async function networkOfProgram(
  program: AtenProgram,
  source: TensorSource,
  sampleShape?: Shape,
): Promise<ProgramNetwork | null> {
  const { batches, sample } = program;
  return firstThatFits(batches, (samples) => followed(program, source, samples, sample, sampleShape));
}

/** What is found with the first that can be. @throws InputError where none can, as of the last */
async function firstThatFits<T, R>(candidates: readonly T[], find: (candidate: T) => Promise<R>): Promise<R> {
  let last: InputError | null = null;
  for (const candidate of candidates) {
    try {
      return await find(candidate);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      last = error;
    }
  }
  throw last ?? new Error('there is nothing to try');
}

async function followed(
  program: AtenProgram,
  source: TensorSource,
  samples: number,
  shape: Shape | null,
  sampleShape: Shape | undefined,
): Promise<ProgramNetwork | null> {
  const graph = new AtenGraph(program.path, source, samples);
  try {
    const output = await program.follow(graph, graph.input(shape));
    const logits = logitsOfOutput(program.path, graph.draft, output);
    const finished = finishDraft(program.path, graph.draft, logits.node);
    const { assumptions, notes, ending } = logits;
    return {
      ...{ ...finished, assumptions, uses: graph.uses, notes: [...graph.notes, ...notes] },
      ...(ending !== undefined && { ending }),
    };
  } catch (error) {
    if (!(error instanceof InputNeeded) || shape !== null) throw error;
    return withShape(error, sampleShape, (found) => followed(program, source, samples, found, sampleShape));
  }
}

/**
 * Goes on with what is known of a sample. A dense layer that comes first tells the last axis: of all, where there is but one,
 * or of the data's where that one fits.
 */
async function withShape(
  { shape, channels }: InputNeeded,
  sampleShape: Shape | undefined,
  follow: (shape: Shape) => Promise<ProgramNetwork | null>,
): Promise<ProgramNetwork | null> {
  if (shape === null) {
    if (sampleShape === undefined) return null;
    const picture = pictureShape(sampleShape, channels);
    return channels === null ? firstThatFits([sampleShape, picture], follow) : follow(picture);
  }
  if (sampleShape !== undefined) {
    const hasMore = sizeOf(sampleShape) !== sizeOf(shape) && sampleShape.at(-1) === shape[0];
    return follow(hasMore ? sampleShape : shape);
  }
  try {
    return await follow(shape);
  } catch (error) {
    // The data may have more axes than the layer tells.
    if (error instanceof InputError) return null;
    throw error;
  }
}
