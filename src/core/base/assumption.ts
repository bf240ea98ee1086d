/**
 * What a file does not say and was taken all the same. Each is told on every surface: in the report, on the page, on standard
 * error.
 */
export interface Assumption {
  /** What it is about, one word: "activation", "structure", "order", "layout", "logits", "label", "scale". */
  readonly name: string;
  /** What was taken: a sentence. */
  readonly says: string;
  /** What would be different otherwise: a sentence. */
  readonly otherwise: string;
  /** The one key that settles it, and how it is written: a sentence. */
  readonly fix: string;
}

/** The whole of it, as reports and messages tell it. */
export function assumptionText({ says, otherwise, fix }: Assumption): string {
  return `${says} ${otherwise} ${fix}`;
}
