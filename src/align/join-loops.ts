import { instantiate, type SimdMemory } from "../simd/load.js";

/** `assembly/join.ts`; addresses are bytes of the memory. */
export interface JoinLoops {
  readonly memory: SimdMemory;
  readonly meet: (
    toLeft: number,
    slots: number,
    right: number,
    rightCount: number,
    begin: number,
    left: number,
    count: number,
    out: number,
  ) => number;
  readonly markAbsent: (marks: number, more: number, count: number) => void;
  readonly keep: (values: number, marks: number, count: number, out: number) => number;
  readonly keepNumbers: (first: number, marks: number, count: number, out: number) => number;
}

/** Where the module's own data has ended. */
export const LOOPS_BEGIN = 1 << 12;

/** An instance with so much memory, for one join; undefined where there are no vectors. */
export function joinLoops(bytes: number): JoinLoops | undefined {
  try {
    return instantiate<JoinLoops>("join", bytes);
  } catch {
    return undefined;
  }
}
