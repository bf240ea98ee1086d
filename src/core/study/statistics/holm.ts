/**
 * p-values corrected for their number: none of the false ones falls below α but with probability α, whatever they have in common
 * (Holm, Scandinavian Journal of Statistics 6, 65, 1979).
 * @param ps null where there was no test, which does not count
 */
export function holm(ps: readonly (number | null)[]): (number | null)[] {
  const order = [...ps.entries()]
    .filter((entry): entry is [number, number] => entry[1] !== null)
    .sort(([, a], [, b]) => a - b);
  const corrected = ps.map((): number | null => null);
  let least = 0;
  for (const [rank, [index, p]] of order.entries()) {
    least = Math.min(1, Math.max(least, p * (order.length - rank)));
    corrected[index] = least;
  }
  return corrected;
}
