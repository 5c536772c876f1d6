/** Each distinct value once, and a code a row: -1 for null and undefined. Runs of one value, as datetimes have, cost one look-up. */
export function encodeLevel<T extends bigint | string>(
  values: ArrayLike<T | null | undefined>,
): { level: T[]; codes: Int32Array } {
  const position = new Map<T, number>();
  const codes = new Int32Array(values.length);
  let [before, code] = [null as T | null, -1];
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? null;
    if (value !== before) {
      before = value;
      code = value === null ? -1 : (position.get(value) ?? position.size);
      if (value !== null && code === position.size) position.set(value, code);
    }
    codes[row] = code;
  }
  return { level: [...position.keys()], codes };
}
