/** What drives a unit, or what it drives. */
export const FAMILIES = ['upstream', 'downstream'] as const;
export type Family = (typeof FAMILIES)[number];

interface Row {
  readonly family: Family;
  /** The measure that this one is the normalised form of; a raw one's own. */
  readonly raw: string;
  /** For a heading or a legend. */
  readonly label: string;
  readonly words: string;
}

/**
 * The measures of association, in the order in which they are shown. The ids are those of Lange, Rolnick and Kording (2022);
 * METHODS in the documentation has the formulae, association/ computes them.
 */
const TABLE = {
  forward_cov: {
    family: 'upstream',
    raw: 'forward_cov',
    label: 'covariance',
    words: 'covariance of the activations',
  },
  forward_cov_norm: {
    family: 'upstream',
    raw: 'forward_cov',
    label: 'correlation',
    words: 'correlation of the activations',
  },
  forward_jac: {
    family: 'upstream',
    raw: 'forward_jac',
    label: 'input gradient',
    words: "inner product of the activations' gradients in the input",
  },
  forward_jac_norm: {
    family: 'upstream',
    raw: 'forward_jac',
    label: 'input gradient, cosine',
    words: "cosine of the activations' gradients in the input",
  },
  backward_jac: {
    family: 'downstream',
    raw: 'backward_jac',
    label: 'output gradient',
    words: "inner product of the logits' gradients in the activations",
  },
  backward_jac_norm: {
    family: 'downstream',
    raw: 'backward_jac',
    label: 'output gradient, cosine',
    words: "cosine of the logits' gradients in the activations",
  },
  backward_hess: {
    family: 'downstream',
    raw: 'backward_hess',
    label: 'loss curvature',
    words: 'second derivative of the loss in the activations',
  },
  backward_hess_norm: {
    family: 'downstream',
    raw: 'backward_hess',
    label: 'loss curvature, normalised',
    words: 'second derivative of the loss in the activations, normalised by the diagonal',
  },
} as const satisfies Readonly<Record<string, Row>>;

export type Measure = keyof typeof TABLE;
/** One that is no other's normalised form. */
export type RawMeasure = (typeof TABLE)[Measure]['raw'];

/** All of them, in order. */
export const MEASURES = Object.keys(TABLE) as readonly Measure[]; // the table has no other keys

export const isMeasure = (name: string): name is Measure => Object.hasOwn(TABLE, name);

export const familyOf = (measure: Measure): Family => TABLE[measure].family;

export const rawOf = (measure: Measure): RawMeasure => TABLE[measure].raw;

/** Those that are computed; the others are their normalised forms. */
export const RAW_MEASURES: readonly RawMeasure[] = [...new Set(MEASURES.map(rawOf))];

export const isNormalised = (measure: Measure): boolean => rawOf(measure) !== measure;

/** What a measure is called in headings and legends: "input gradient". */
export const labelOf = (measure: Measure): string => TABLE[measure].label;

/** What a measure is, in words that go into a sentence. */
export const wordsOf = (measure: Measure): string => TABLE[measure].words;

/** The measures among the names, in order, each once. */
export function inOrder(names: Iterable<string>): Measure[] {
  const present = new Set(names);
  return MEASURES.filter((measure) => present.has(measure));
}
