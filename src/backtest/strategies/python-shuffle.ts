const [N, M] = [624, 397];

/** Python's generator after `random.seed(0)`: MT19937 seeded by the key [0] (CPython: _randommodule.c). */
function seededByZero(): () => number {
  const state = new Uint32Array(N);
  state[0] = 19650218;
  for (let i = 1; i < N; i++) state[i] = Math.imul(1812433253, mixed(state[i - 1]!)) + i;
  let i = 1;
  for (let k = 0; k < N; k++) {
    state[i] = state[i]! ^ Math.imul(mixed(state[i - 1]!), 1664525); // plus the key, which is 0, at place 0
    if (++i >= N) {
      state[0] = state[N - 1]!;
      i = 1;
    }
  }
  for (let k = 0; k < N - 1; k++) {
    state[i] = (state[i]! ^ Math.imul(mixed(state[i - 1]!), 1566083941)) - i;
    if (++i >= N) {
      state[0] = state[N - 1]!;
      i = 1;
    }
  }
  state[0] = 0x80000000;
  let at = N;
  return () => {
    if (at === N) {
      twist(state);
      at = 0;
    }
    let y = state[at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

function mixed(x: number): number {
  return x ^ (x >>> 30);
}

function twist(state: Uint32Array): void {
  for (let k = 0; k < N; k++) {
    const y = (state[k]! & 0x80000000) | (state[(k + 1) % N]! & 0x7fffffff);
    state[k] = state[(k + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}

/** Shuffles a list in place as Python's `random.seed(0); random.shuffle(list)` does. */
export function pythonShuffle<T>(items: T[]): T[] {
  const next = seededByZero();
  for (let last = items.length - 1; last > 0; last--) {
    const bits = 32 - Math.clz32(last + 1);
    let at = next() >>> (32 - bits);
    while (at > last) at = next() >>> (32 - bits);
    [items[last], items[at]] = [items[at]!, items[last]!];
  }
  return items;
}
