/** An unsigned 64-bit integer. Beyond 2⁵³ it is no longer exact, but larger than any file: range checks refuse it. */
export function uint64(view: DataView, offset: number): number {
  return Number(view.getBigUint64(offset, true));
}
