import { InputError } from '../../../base/error';
import type { PlainRecord } from '../../../base/plain-value';
import { quote } from '../../../base/text';
import type { PerceptronGraph } from '../../checkpoint';
import { NumpyArray } from '../pickle/globals';
import { toPlainRecord } from '../pickle/plain';
import { type PickleDictionary, type PickleValue, Stub } from '../pickle/value';

/** Arrays by name, in order. */
export type Arrays = Map<string, NumpyArray>;

/** A multilayer perceptron of scikit-learn, and what stands before it. */
interface Perceptron {
  readonly arrays: Arrays;
  readonly graph: PerceptronGraph;
  readonly hyperParameters: PlainRecord;
  readonly metadata: PlainRecord;
}

const PERCEPTRON = /^sklearn\.neural_network\.(?:_?multilayer_perceptron\.)?(MLPClassifier|MLPRegressor)$/;
const PIPELINE = /^sklearn\.pipeline\.Pipeline$/;
const SEARCH = /^sklearn\.model_selection\._search(?:_successive_halving)?\.\w+$/;
/** What scales features one by one: the object's arrays, and how they are applied. */
const SCALERS: Readonly<Record<string, PerceptronGraph['scalings'][number]['kind']>> = {
  'sklearn.preprocessing._data.StandardScaler': 'standard',
  'sklearn.preprocessing.data.StandardScaler': 'standard',
  'sklearn.preprocessing._data.MinMaxScaler': 'range',
  'sklearn.preprocessing.data.MinMaxScaler': 'range',
  'sklearn.preprocessing._data.MaxAbsScaler': 'standard',
};

/**
 * The perceptron that an object is: itself, the last step of a pipeline, the best of a search, or the only one in a
 * dictionary or list.
 * @returns null where there is none
 * @throws InputError where a pipeline changes the data in another way than by scaling features, and for one that was never fitted
 */
export function multilayerPerceptron(file: string, value: PickleValue): Perceptron | null {
  const found = estimatorIn(value, 0);
  if (found === null) return null;
  const { estimator, steps } = found;
  const attributes = estimator.attributes();
  const arrays: Arrays = new Map();
  const coefficients = arraysOf(attributes.get('coefs_'));
  const intercepts = arraysOf(attributes.get('intercepts_'));
  if (coefficients.length === 0 || coefficients.length !== intercepts.length)
    throw new InputError(file, 'its multilayer perceptron was never fitted', 'Save it after fit()');
  coefficients.forEach((array, i) => arrays.set(`coefs_${i}`, array));
  intercepts.forEach((array, i) => arrays.set(`intercepts_${i}`, array));
  const scalings = steps.flatMap(([name, step]) => scalingOf(file, name, step, arrays) ?? []);
  const activation = attributes.get('activation');
  const output = attributes.get('out_activation_');
  return {
    arrays,
    graph: {
      layers: coefficients.length,
      activation: typeof activation === 'string' ? activation : 'relu',
      output: typeof output === 'string' ? output : 'identity',
      scalings,
    },
    hyperParameters: settingsOf(attributes),
    metadata: { class: PERCEPTRON.exec(estimator.name)?.[1] ?? '', ...fittedOf(attributes) },
  };
}

interface Found {
  readonly estimator: Stub;
  /** What the data pass before it. */
  readonly steps: readonly (readonly [name: string, step: PickleValue])[];
}

const MAX_DEPTH = 4;
const MAX_MEMBERS = 1000;

function estimatorIn(value: PickleValue | undefined, depth: number): Found | null {
  if (value === undefined || depth > MAX_DEPTH) return null;
  if (!(value instanceof Stub)) {
    const members = value instanceof Map ? [...value.values()] : Array.isArray(value) ? value : [];
    const found = members.slice(0, MAX_MEMBERS).flatMap((member) => estimatorIn(member, depth + 1) ?? []);
    return found.length === 1 ? (found[0] ?? null) : null;
  }
  const attributes = value.attributes();
  if (PERCEPTRON.test(value.name)) return { estimator: value, steps: [] };
  if (SEARCH.test(value.name)) return estimatorIn(attributes.get('best_estimator_'), depth + 1);
  if (!PIPELINE.test(value.name)) return null;
  const steps = stepsOf(attributes.get('steps'));
  const last = steps.at(-1);
  const inner = last === undefined ? null : estimatorIn(last[1], depth + 1);
  return inner && { estimator: inner.estimator, steps: [...steps.slice(0, -1), ...inner.steps] };
}

function stepsOf(value: PickleValue | undefined): [string, PickleValue][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((step): [string, PickleValue][] => {
    const [name, object = null] = Array.isArray(step) ? step : [];
    return typeof name === 'string' ? [[name, object]] : [];
  });
}

/** @returns null for a step that changes nothing */
function scalingOf(
  file: string,
  name: string,
  step: PickleValue,
  arrays: Arrays,
): PerceptronGraph['scalings'][number] | null {
  if (step === null || step === 'passthrough') return null;
  const kind = step instanceof Stub ? SCALERS[step.name] : undefined;
  if (!(step instanceof Stub) || kind === undefined)
    throw new InputError(
      file,
      `the step ${quote(name)} of its pipeline is ${step instanceof Stub ? step.name : 'an object'}, which changes the data in a way Modscope does not know`,
      'Save the network alone, joblib.dump(pipeline[-1], "network.joblib"), and the data as it is given them, numpy.savez("data.npz", x=pipeline[:-1].transform(X), y=y)',
    );
  const attributes = step.attributes();
  if (attributes.get('clip') === true)
    throw new InputError(
      file,
      `the step ${quote(name)} of its pipeline clips the data, which Modscope does not know`,
    );
  const array = (attribute: string): string | null => {
    const found = attributes.get(attribute);
    if (!(found instanceof NumpyArray)) return null;
    arrays.set(`${name}.${attribute}`, found);
    return `${name}.${attribute}`;
  };
  return kind === 'standard'
    ? { kind, step: name, shift: array('mean_'), scale: array('scale_') }
    : { kind, step: name, shift: array('min_'), scale: array('scale_') };
}

function arraysOf(value: PickleValue | undefined): NumpyArray[] {
  return Array.isArray(value) ? value.filter((one) => one instanceof NumpyArray) : [];
}

/** What the constructor was given: names without an underscore at either end. */
function settingsOf(attributes: PickleDictionary): PlainRecord {
  const own = [...attributes].filter(
    ([key]) => typeof key === 'string' && !key.startsWith('_') && !key.endsWith('_'),
  );
  const classes = attributes.get('classes_');
  return toPlainRecord(
    new Map<PickleValue, PickleValue>([
      ...own,
      ...(classes === undefined ? [] : [['classes_', classes] as const]),
    ]),
  );
}

/** Numbers and words that fit() has left. */
function fittedOf(attributes: PickleDictionary): PlainRecord {
  const names = ['n_iter_', 'loss_', 'best_loss_', 'out_activation_', '_sklearn_version'];
  return toPlainRecord(
    new Map<PickleValue, PickleValue>(
      names.flatMap((name): [PickleValue, PickleValue][] => {
        const value = attributes.get(name) ?? null;
        return value === null ? [] : [[name, value]];
      }),
    ),
  );
}
