/** A 64-bit unsigned number; one beyond 2^53, which only the undefined address and absurd ones are, is rounded. */
export function uint64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}
