import * as v from 'valibot';
import { LAYOUTS, SPLITS } from '../dataset/dataset';
import { MEASURES } from '../measures';
import { SOLVERS } from '../report';
import { modelObject } from './model-schema';
import { finite, integer, keys, listOf, oneOf, stringOr, text } from './schema-parts';

export const BACKENDS = ['auto', 'wasm', 'tensorflow'] as const;
export type BackendName = (typeof BACKENDS)[number];

// schemas/modscope.schema.json says the same to editors and documents every key; a test holds the two together.

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

export const configSchema = keys({
  $schema: v.exactOptional(v.string('must be a string')),
  data: v.exactOptional(stringOr(dataObject)),
  model: v.exactOptional(stringOr(modelObject)),
  layers: v.exactOptional(listOf(text, 'layers')),
  methods: v.exactOptional(listOf(oneOf(MEASURES), 'methods')),
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
