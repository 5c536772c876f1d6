/** Requests that one address may make: so many at once, and so many a second from then on. */
export interface RequestRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** More addresses than this are forgotten together. */
const MOST_ADDRESSES = 10_000;

/** Counts the requests of each address against a rate. */
export class RateLimit {
  readonly #rate: RequestRate;
  readonly #left = new Map<string, { tokens: number; at: number }>();

  constructor(rate: RequestRate) {
    this.#rate = rate;
  }

  /** Seconds to wait; 0 where the request is within the rate. */
  wait(address: string, now = Date.now()): number {
    const { burst, perSecond } = this.#rate;
    if (this.#left.size > MOST_ADDRESSES) this.#left.clear();
    const entry = this.#left.get(address) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, entry.tokens + ((now - entry.at) / 1000) * perSecond);
    const isWithin = tokens >= 1;
    this.#left.set(address, { tokens: isWithin ? tokens - 1 : tokens, at: now });
    return isWithin ? 0 : Math.ceil((1 - tokens) / perSecond);
  }
}
