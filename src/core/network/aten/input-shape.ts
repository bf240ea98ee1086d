import type { Shape } from '../../tensor/shape';
import { type AtenValue, isTensor, type OpenInput, type TensorCell } from './tensor-cell';

/**
 * Ends a run whose input has no shape yet, at the first step that needs it. `shape` is what that step tells of a sample;
 * where it is null it takes the data's, of so many channels where a convolution says how many.
 */
export class InputNeeded extends Error {
  constructor(
    readonly shape: Shape | null,
    readonly channels: number | null,
  ) {
    super('the shape of the input is needed');
  }
}

/** Operators that give what they are given, value by value. */
const ELEMENTWISE = new Set(
  [
    ...[
      'relu',
      'sigmoid',
      'tanh',
      'silu',
      'gelu',
      'leaky_relu',
      'hardtanh',
      'clamp',
      'elu',
      'neg',
      'dropout',
    ],
    ...[
      'contiguous',
      'to',
      '_to_copy',
      'float',
      'double',
      'detach',
      'clone',
      'alias',
      'type_as',
      'feature_dropout',
    ],
  ].flatMap((name) => [name, `${name}_`]),
);

/**
 * What an operator gives of an input whose shape is not known: the input still, or how many samples there are.
 * @param samples how many the graph is computed with
 * @param args by the names of the operator's parameters
 * @throws InputNeeded where this operator tells the shape, or needs it
 */
export function throughOpenInput(
  name: string,
  input: OpenInput,
  samples: number,
  args: ReadonlyMap<string, AtenValue>,
): OpenInput | number {
  if (ELEMENTWISE.has(name)) {
    const dtype = args.get('dtype') ?? null;
    if (dtype === null || dtype === 6) return input;
    throw new InputNeeded(null, null);
  }
  switch (name) {
    case 'linear': {
      const inputs = sizes(args.get('weight'))[1];
      throw new InputNeeded(inputs === undefined ? null : [inputs], null);
    }
    case 'conv2d':
    case '_convolution':
    case '_convolution_mode': {
      const [, channels, ...sides] = sizes(args.get('weight'));
      const groups = args.get('groups') ?? 1;
      const isImage = sides.length === 2 && channels !== undefined && typeof groups === 'number';
      throw new InputNeeded(null, isImage ? channels * groups : null);
    }
    case 'flatten':
      if ((args.get('start_dim') ?? 0) === 1 && (args.get('end_dim') ?? -1) === -1)
        return { kind: 'open', flat: true };
      throw new InputNeeded(null, null);
    case 'view':
    case 'reshape':
      return viewed(args.get('size') ?? args.get('shape'), samples);
    case 'size':
      if (args.get('dim') === 0) return samples;
      throw new InputNeeded(null, null);
    case 'dim':
      if (input.flat) return 2;
      throw new InputNeeded(null, null);
    default:
      throw new InputNeeded(null, null);
  }
}

/** [samples, -1] flattens; sizes that are all known tell how many values a sample has. */
function viewed(size: AtenValue | undefined, samples: number): OpenInput {
  const list = Array.isArray(size) ? size : [];
  const [first, ...rest] = list;
  if (first === samples && rest.length === 1 && rest[0] === -1) return { kind: 'open', flat: true };
  const known = rest.filter((one) => typeof one === 'number' && one > 0);
  if ((first === -1 || first === samples) && rest.length > 0 && known.length === rest.length)
    throw new InputNeeded([known.reduce((product: number, one) => product * Number(one), 1)], null);
  throw new InputNeeded(null, null);
}

function sizes(value: AtenValue | undefined): readonly number[] {
  return isTensor(value) && value.value.kind !== 'open' ? value.value.shape : [];
}

/** The open input among the arguments of a call. */
export function openInputIn(args: Iterable<AtenValue>): { cell: TensorCell; input: OpenInput } | null {
  for (const value of args) {
    if (isTensor(value) && value.value.kind === 'open') return { cell: value, input: value.value };
    if (Array.isArray(value)) {
      const found = openInputIn(value.filter((item) => isTensor(item)));
      if (found !== null) return found;
    }
  }
  return null;
}
