import type { Assumption } from '../base/assumption';
import { InputError } from '../base/error';
import { byCodePoint, listed, quote } from '../base/text';
import type { Dataset, DatasetSource } from './dataset';

// Labels that are words: which word is which class.

/** More different words are no classes, but names of the samples. */
const MAX_CLASSES = 10_000;

/**
 * Numbers words: by the order given, else as scikit-learn's LabelEncoder, sorted by code point.
 * @param names all classes in the order of their numbers; by default those among the words
 * @throws InputError for a word that is not among the names, and for too many words
 */
export function numberClasses(
  path: string,
  words: readonly string[],
  names?: readonly string[],
): { readonly numbers: Int32Array; readonly classNames: readonly string[] } {
  const classNames = names ?? [...new Set(words)].sort(byCodePoint);
  if (classNames.length > MAX_CLASSES)
    throw new InputError(
      path,
      `has ${classNames.length} different words for labels, more than ${MAX_CLASSES}`,
      'Set "label" of "data" in modscope.json to the column of the classes',
    );
  const numbers = new Map(classNames.map((name, number) => [name, number]));
  const labels = Int32Array.from(words, (word) => numbers.get(word) ?? -1);
  const unknown = labels.indexOf(-1);
  if (unknown >= 0)
    throw new InputError(
      path,
      `has the label ${quote(words[unknown]!)}, and the classes are ${listed(classNames.map(quote))}`,
      'Name all classes as "classes" of "data" in modscope.json',
    );
  return { numbers: labels, classNames };
}

/** Says which number is which word. */
export function classAssumption(classNames: readonly string[]): Assumption {
  return {
    name: 'classes',
    says: `The classes were numbered in the order of their names: ${listed(
      classNames.map((name, number) => `${number} is ${quote(name)}`),
      12,
    )}.`,
    otherwise: 'In another order, loss, accuracy and the measures of gradients would be others.',
    fix: 'Set "classes" of "data" in modscope.json to the names in the order of the logits.',
  };
}

/**
 * The splits of a data set with one numbering for all: a class may be missing in one of them. Their words are read when the
 * first of them is loaded.
 */
export function withSharedClasses(splits: readonly DatasetSource[]): DatasetSource[] {
  const readers = splits.flatMap(({ classNames }) => classNames ?? []);
  if (readers.length < 2) return [...splits];
  let shared: Promise<readonly string[]> | undefined;
  const readShared = async (): Promise<readonly string[]> =>
    [...new Set((await Promise.all(readers.map((read) => read()))).flat())].sort(byCodePoint);
  return splits.map((source) =>
    source.classNames === undefined
      ? source
      : {
          ...source,
          load: async (samples) => renumbered(await source.load(samples), await (shared ??= readShared())),
        },
  );
}

/** The same data set with its classes numbered among others. */
function renumbered(dataset: Dataset, names: readonly string[]): Dataset {
  const { classNames: own, assumptions = [] } = dataset;
  const isNumbered = assumptions.some(({ name }) => name === 'classes');
  if (own === undefined || !isNumbered) return dataset;
  const numbers = own.map((name) => names.indexOf(name));
  const labels = dataset.labels.map((label) => numbers[label]!); // a label is an index of its names
  return {
    ...dataset,
    labels,
    classes: labels.reduce((largest, label) => Math.max(largest, label), 0) + 1,
    classNames: names,
    assumptions: assumptions.map((each) => (each.name === 'classes' ? classAssumption(names) : each)),
  };
}

/**
 * Labels as numbers of logits. Those that run from 1 to the number of logits, as EMNIST's letters do, are counted from 0; what
 * was assumed is said.
 * @throws InputError for a label 0 where the user says that the first is 1
 */
export function zeroBased(dataset: Dataset, logits: number): Dataset {
  const { labels, labelsFrom, assumptions = [] } = dataset;
  if (dataset.classes === null) return dataset;
  const counts = new Set(labels);
  const isFromOne = !counts.has(0) && counts.size > 1 && counts.size === dataset.classes - 1;
  if (labelsFrom === 0 || (labelsFrom === undefined && !(isFromOne && counts.size >= logits - 1)))
    return dataset;
  const largest = dataset.classes - 1;
  const shifted = labelsFrom === 1 || largest === logits;
  if (shifted && counts.has(0))
    throw new InputError(
      dataset.path,
      `the label of sample ${labels.indexOf(0)} is 0, and the first class has the number 1`,
      'Leave out "labelsFrom" of "data" in modscope.json, or set it to 0',
    );
  const assumption: Assumption = {
    name: 'classes',
    says: `The labels run from 1 to ${largest}: ${shifted ? `label 1 was taken for the first of ${logits} logits` : `label 1 was taken for the second of ${logits} logits, and the first is no sample's`}.`,
    otherwise: 'Counted otherwise, loss, accuracy and the measures of gradients would be others.',
    fix: `Set "labelsFrom" of "data" in modscope.json to ${shifted ? 0 : 1}.`,
  };
  return {
    ...dataset,
    ...(shifted && { labels: labels.map((label) => label - 1), classes: largest }),
    assumptions: labelsFrom === undefined ? [...assumptions, assumption] : assumptions,
  };
}
