/** Numbers in [0, 2³²) that a seed determines: splitmix32. */
function seededNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

/** Puts the numbers into an order that the seed determines, each order as likely as any other (Fisher–Yates). */
export function shuffle(numbers: Uint32Array, seed: number): void {
  const next = seededNumbers(seed);
  for (let i = numbers.length - 1; i > 0; i--) {
    const j = Math.floor((next() / 2 ** 32) * (i + 1));
    const own = numbers[i]!;
    numbers[i] = numbers[j]!;
    numbers[j] = own;
  }
}
