import { stat } from 'node:fs/promises';
import { InputError } from '../core/base/error';
import type { PaletteName } from '../core/render/colours';
import type { ExampleMatrix } from '../core/render/study/example-matrices';
import { examplesOf } from '../core/study/examples';
import type { Entry, Manifest } from '../core/study/manifest';
import type { StudyData } from '../core/study/study-data';
import { numbersOf, type OutcomeNumbers, StudyDataBuilder } from '../core/study/study-data-builder';
import type { Outcome } from '../core/study/tables';
import type { StudySource } from '../protocol';
import { AnalysisOutcomes } from '../store/analysis-outcomes';
import { NullLookup } from '../store/null-folder';
import { StudyFolder } from '../store/study-folder';
import { keptMatrices, type MatricesOf, readExamples } from '../store/study-matrices';
import { revisionOf } from './study-plans';

/** The numbers of a study, and which of its checkpoints they are of. */
export interface StudyNumbers {
  readonly data: StudyData;
  /** Place in data.checkpoints → place in the plan. */
  readonly places: Uint32Array<ArrayBuffer>;
}

/** What was read of an entry, and by what it is known that it still holds. */
interface Known {
  readonly mark: string;
  readonly numbers: OutcomeNumbers;
  readonly untrained: Outcome['untrained'];
}

/**
 * Reads the results of the study that is looked at: each once, however often it is asked, and no more of it is kept than its
 * numbers.
 */
export class StudyReader {
  readonly #manifests = new ManifestMemo();
  #folder: string | null = null;
  readonly #known = new Map<string, Known>();
  /** Of the last question: those for the overview, the findings and the figures come together. */
  #latest: { readonly asked: string; readonly answer: Promise<StudyNumbers> } | null = null;
  #examples: { readonly asked: string; readonly answer: Promise<readonly ExampleMatrix[]> } | null = null;

  /** @throws InputError where there is no study, or not the one that the source is of */
  numbers(source: StudySource): Promise<StudyNumbers> {
    const asked = JSON.stringify([source.folder, source.revision, source.mark]);
    if (this.#latest?.asked === asked) return this.#latest.answer;
    const answer = this.#read(source);
    this.#latest = { asked, answer };
    answer.catch(() => {
      if (this.#latest?.answer === answer) this.#latest = null;
    });
    return answer;
  }

  /** The plan that a source goes by. @throws InputError where there is another by now */
  async open({
    folder: path,
    revision,
  }: StudySource): Promise<{ readonly folder: StudyFolder; readonly manifest: Manifest }> {
    const folder = new StudyFolder(path);
    const found = await this.#manifests.of(folder);
    if (found.revision !== revision) throw new InputError(path, 'was planned anew meanwhile', 'Look again');
    return { folder, manifest: found.manifest };
  }

  /** Pictures of the association matrices of its examples. They are read again only where other results are theirs. */
  async examples(source: StudySource, palette: PaletteName): Promise<readonly ExampleMatrix[]> {
    const { folder, manifest } = await this.open(source);
    const { data } = await this.numbers(source);
    const marks = examplesOf(manifest).map(({ index }) => {
      const { id } = manifest.checkpoints[index]!;
      return [id, this.#known.get(id)?.mark];
    });
    const asked = JSON.stringify([source.folder, source.revision, palette, marks]);
    if (this.#examples?.asked === asked) return this.#examples.answer;
    const answer = readExamples(outcomes(folder, manifest, source).matricesOf, manifest, data, palette);
    this.#examples = { asked, answer };
    answer.catch(() => {
      if (this.#examples?.answer === answer) this.#examples = null;
    });
    return answer;
  }

  async #read(source: StudySource): Promise<StudyNumbers> {
    const { folder, manifest } = await this.open(source);
    if (this.#folder !== source.folder) this.#known.clear();
    this.#folder = source.folder;
    const outcomeOf = outcomes(folder, manifest, source);
    const builder = new StudyDataBuilder(manifest);
    const places: number[] = [];
    for (const [index, entry] of manifest.checkpoints.entries()) {
      const { known, failure } = await this.#look(entry, index, outcomeOf);
      builder.addNumbers(entry, known?.numbers ?? null, { failure, untrained: known?.untrained ?? null });
      if (known !== null) places.push(index);
    }
    return { data: builder.data(), places: Uint32Array.from(places) };
  }

  async #look(
    entry: Entry,
    index: number,
    { markOf, of }: Outcomes,
  ): Promise<{ readonly known: Known | null; readonly failure: string | null }> {
    const mark = await markOf(entry, index);
    const before = this.#known.get(entry.id);
    if (mark !== null && before?.mark === mark) return { known: before, failure: null };
    const { result, failure, untrained } = await of(entry, index);
    if (result === null || mark === null) {
      this.#known.delete(entry.id);
      return { known: null, failure };
    }
    const known = { mark, numbers: numbersOf(result), untrained };
    this.#known.set(entry.id, known);
    return { known, failure: null };
  }
}

/** The outcomes of a study, one by one. */
interface Outcomes {
  /** Another result has another; null where there is none. */
  readonly markOf: (entry: Entry, index: number) => Promise<string | null> | string | null;
  readonly of: (entry: Entry, index: number) => Promise<Outcome>;
  readonly matricesOf: MatricesOf;
}

function outcomes(folder: StudyFolder, manifest: Manifest, { results }: StudySource): Outcomes {
  if (results !== null) {
    const found = new AnalysisOutcomes(folder, manifest, results);
    return {
      markOf: (_, index) => (results.numbers[index] === 0 ? null : String(results.numbers[index])),
      of: (entry, index) => found.of(entry, index),
      matricesOf: found.matricesOf,
    };
  }
  const nulls = new NullLookup(folder.nulls);
  return {
    markOf: async ({ id }) => (await folder.readPointer(id))?.key ?? null,
    of: async (entry) => {
      const { result, failure } = await folder.outcomeOf(entry);
      return { entry, result, failure, untrained: await nulls.of(result?.nulls.untrained) };
    },
    matricesOf: keptMatrices(folder),
  };
}

/** The manifest that was read last: that of a study of thousands takes a while. */
class ManifestMemo {
  #latest: { readonly stamp: string; readonly manifest: Manifest; readonly revision: string } | null = null;

  async of(folder: StudyFolder): Promise<{ readonly manifest: Manifest; readonly revision: string }> {
    const path = folder.manifestPath;
    const found = await stat(path).catch(() => null);
    const stamp = JSON.stringify([path, found?.ino, found?.size, found?.mtimeMs]);
    if (this.#latest?.stamp === stamp) return this.#latest;
    const manifest = await folder.readManifest();
    const read = { manifest, revision: revisionOf(manifest) };
    this.#latest = { stamp, ...read };
    return read;
  }
}
