import { nullModel, nullSamples, type NullWork } from '../analysis/nulls';
import type { Subject } from '../analysis/subject';
import { contentHash } from '../base/content-hash';
import { NUMERICS } from '../base/version';
import type { NullKind } from '../choices';
import type { NullRequest } from '../report';

// Results are stored under what they depend on, so that the same is never computed twice and a result never belongs to
// anything else: where a file lies, and how many threads there are, does not count.

/** What a result depends on beside the graph of the network. */
interface Content {
  /** SHA-256 of every file of the checkpoint. */
  readonly checkpoint: readonly string[];
  /** SHA-256 of every file or folder of the data set, by split as in the subject's choice. */
  readonly data: readonly (readonly string[])[];
  /** Those that change a result. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The tensor backend, as it names itself. */
  readonly backend: string;
}

/** The key of a checkpoint's result. */
export function resultKey(
  { network, choice, input }: Subject,
  { checkpoint, data, settings, backend }: Content,
): string {
  return contentHash({
    numerics: NUMERICS,
    checkpoint,
    network: { ...network, refusal: undefined }, // which names the file, wherever it lies
    data: choice.splits.map(({ kind, split, sampleShape, layout }, index) => ({
      ...{ kind, split, sampleShape, layout, main: split === choice.main.split },
      files: data[index],
    })),
    dataOptions: { ...input.dataOptions, open: undefined }, // how files are opened changes nothing
    settings,
    backend,
  });
}

/**
 * The key of null networks. Untrained ones keep nothing of the weights but what training does not change, so that all
 * checkpoints of an architecture share them.
 */
export function nullKey(
  { model, dataset, settings, combined }: NullWork,
  { kind, count }: NullRequest,
  backend: string,
): string {
  const { samples, sampleShape, inputs, scaling, loss, targets } = nullSamples(dataset);
  const { methods, solver, seed } = settings;
  return contentHash({
    numerics: NUMERICS,
    kind,
    count,
    network: representative(kind, model),
    data: { samples, sampleShape, inputs, scaling, loss, targets },
    combined,
    settings: { methods, solver, seed },
    backend,
  });
}

/** A network that two models have in common where their null networks of a kind are the same: that of one seed. */
function representative(kind: NullKind, model: NullWork['model']): NullWork['model'] {
  return nullModel(kind, model, 0);
}
