/** Rows of a weight [entries, width], chosen by the input's values, which are whole numbers; it has no derivative in them. */
export interface Embedding {
  readonly kind: 'embedding';
  readonly weight: string;
}
