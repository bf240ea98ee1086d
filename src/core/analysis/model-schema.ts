import * as v from 'valibot';
import { nearestName } from '../base/text';
import { type LayerSpec, PLAIN_LAYERS } from '../network/from-spec';
import { finite, integer, isObject, keys, listOf, oneOf, text } from './schema-parts';

const size = integer(1);
const stride = v.exactOptional(size);
const padding = v.exactOptional(integer(0));
const epsilon = v.exactOptional(v.pipe(finite, v.gtValue(0, 'must be larger than 0')));

/** Layers that are objects, by the key that says which. */
const LAYERS = {
  dense: keys({ dense: text }),
  conv: keys({ conv: text, stride, padding, dilation: v.exactOptional(size), groups: v.exactOptional(size) }),
  batch_norm: keys({ batch_norm: text, epsilon }),
  layer_norm: keys({ layer_norm: text, epsilon }),
  group_norm: keys({ group_norm: text, groups: size, epsilon }),
  leaky_relu: keys({ leaky_relu: finite }),
  gelu: keys({ gelu: oneOf(['tanh']) }),
  max_pool: keys({ max_pool: size, stride, padding }),
  avg_pool: keys({ avg_pool: size, stride, padding }),
};
type Kind = keyof typeof LAYERS;
const KINDS = Object.keys(LAYERS);

const plainLayer = v.picklist(PLAIN_LAYERS, ({ input }) => {
  const near = typeof input === 'string' ? nearestName(input, [...PLAIN_LAYERS, ...KINDS]) : null;
  const objects = `an object with one of ${KINDS.join(', ')}`;
  return `must be one of ${PLAIN_LAYERS.join(', ')}, or ${objects}${near === null ? '' : `; did you mean "${near}"?`}`;
});

const unknownLayer = v.custom<never>(
  () => false,
  ({ input }) => {
    const given = isObject(input) ? Object.keys(input) : [];
    const near = given.map((key) => nearestName(key, KINDS)).find((kind) => kind !== null);
    return `must have one of ${KINDS.join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`;
  },
);

const layer: v.GenericSchema<unknown, LayerSpec> = v.lazy((input) => {
  if (!isObject(input)) return plainLayer;
  const kind = KINDS.find((key): key is Kind => Object.hasOwn(input, key));
  return kind === undefined ? unknownLayer : LAYERS[kind];
});

/** "model" as an object. */
export const modelObject = keys({
  input: v.exactOptional(listOf(size, 'sizes')),
  layers: listOf(layer, 'layers'),
});
