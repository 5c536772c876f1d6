/** The shortest digits that give the number back: of a float32, those of its own 32 bits. */
export function numberText(value: number, type: string): string {
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (type !== "float32" || Number.isInteger(value)) return String(value);
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
