/** Instruments to look up: ascending codes, the position the caller gives each, and what a walk remembers of them. */
export interface Sought {
  readonly codes: Int32Array;
  readonly positions: Int32Array;
  /** 1 at the position of each that has been found. */
  readonly seen: Uint8Array;
  /** For `scanSession`, once it was asked: the position and 1 of every code, 0 of those not sought. */
  places?: Uint32Array;
}

/** Rows, and the position in `Sought` of each one's instrument. */
export interface FoundRows {
  readonly rows: Uint32Array;
  readonly positions: Uint16Array | Int32Array;
}
