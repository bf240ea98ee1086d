/** What keeps the ratio finite where a partition has no modularity of its own. */
const OFFSET = 1e-3;

/**
 * How well the partition of one association matrix serves another (Lange, Rolnick and Kording, TMLR 2022):
 * Q(A, c′), modularity of the graph A under a partition made from another graph.
 *
 * @param own Q(A, c), modularity under its own partition; null where the matrix has none
 * @returns Q(A, c′) / (Q(A, c) + 0.001); null where that is undefined
 */
export function transferNorm(transferred: number | null, own: number | null): number | null {
  if (transferred === null || own === null || own + OFFSET === 0) return null;
  return transferred / (own + OFFSET);
}
