import * as v from 'valibot';
import { LAYOUTS, SPLITS } from '../dataset/dataset';
import { nearest } from './nearest';
import { METHODS, SOLVERS } from './report';

export const BACKENDS = ['auto', 'wasm', 'tensorflow'] as const;
export type BackendName = (typeof BACKENDS)[number];

// Messages follow the key they are about: "data.mean must be …". schemas/modscope.schema.json says the same to
// editors and documents every key; a test holds the two together.

const text = v.pipe(v.string('must be a string'), v.nonEmpty('must not be empty'));
const finite = v.pipe(v.number('must be a number'), v.finite('must be a number'));

function oneOf<const T extends readonly string[]>(names: T) {
  return v.picklist(names, ({ input }) => {
    const near = typeof input === 'string' ? nearest(input, names) : null;
    return `must be one of ${names.join(', ')}${near === null ? '' : `; did you mean "${near}"?`}`;
  });
}

function integer(least: number, most = Number.MAX_SAFE_INTEGER) {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  const message = `must be an integer, ${range}`;
  return v.pipe(
    v.number(message),
    v.safeInteger(message),
    v.minValue(least, message),
    v.maxValue(most, message),
  );
}

function listOf<const S extends v.GenericSchema>(item: S, what: string) {
  return v.pipe(
    v.array(item, `must be a list of ${what}`),
    v.minLength(1, `must name at least one of ${what}`),
  );
}

/** An object of these keys and no others; valibot's own takes lists for objects. */
function keys<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries);
  return v.pipe(
    v.custom<object>((input) => isObject(input), 'must be an object'),
    v.strictObject(entries, ({ expected, input }) => {
      if (expected !== 'never') return 'is missing';
      const near = nearest(String(input), known);
      return `is not a setting; ${near === null ? `known are ${known.join(', ')}` : `did you mean "${near}"?`}`;
    }),
  );
}

function isObject(input: unknown): boolean {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

const dataObject = v.pipe(
  keys({
    path: v.exactOptional(text),
    images: v.exactOptional(text),
    labels: v.exactOptional(text),
    split: v.exactOptional(oneOf(SPLITS)),
    x: v.exactOptional(text),
    y: v.exactOptional(text),
    label: v.exactOptional(text),
    layout: v.exactOptional(oneOf(LAYOUTS)),
    mean: v.exactOptional(listOf(finite, 'numbers')),
    std: v.exactOptional(listOf(v.pipe(finite, v.gtValue(0, 'must be larger than 0')), 'numbers')),
  }),
  v.check(
    ({ images, labels }) => (images === undefined) === (labels === undefined),
    'needs both images and labels',
  ),
  v.check(({ path, images }) => path === undefined || images === undefined, 'has both a path and images'),
);

const layer = v.union(
  [
    v.picklist(['flatten', 'dropout', 'relu']),
    v.strictObject({ leaky_relu: finite }),
    v.strictObject({ dense: text }),
  ],
  'must be "flatten", "dropout", "relu", {"leaky_relu": SLOPE} or {"dense": "PREFIX of the tensors\' names"}',
);

const textOrObject = v.pipe(v.string('must be a string or an object'), v.nonEmpty('must not be empty'));

/** Either form of a setting that may be a string; errors are those of the form that was used. */
function stringOr<const S extends v.GenericSchema>(object: S) {
  return v.lazy((input): S | typeof textOrObject => (isObject(input) ? object : textOrObject));
}

export const configSchema = keys({
  $schema: v.exactOptional(v.string('must be a string')),
  data: v.exactOptional(stringOr(dataObject)),
  model: v.exactOptional(stringOr(keys({ layers: listOf(layer, 'layers') }))),
  methods: v.exactOptional(listOf(oneOf(METHODS), 'methods')),
  samples: v.exactOptional(integer(1)),
  seed: v.exactOptional(integer(0, 2 ** 32 - 1)),
  solver: v.exactOptional(oneOf(SOLVERS)),
  exact: v.exactOptional(v.boolean('must be true or false')),
  probes: v.exactOptional(integer(2)),
  workers: v.exactOptional(integer(1)),
  backend: v.exactOptional(oneOf(BACKENDS)),
  nulls: v.exactOptional(
    keys({
      untrained: v.exactOptional(integer(2)),
      shuffled: v.exactOptional(integer(2)),
      permuted: v.exactOptional(integer(2)),
    }),
  ),
  bootstrap: v.exactOptional(integer(0)),
  out: v.exactOptional(text),
});
