/** H5T_class_t of the types that occur. */
export const H5T = {
  integer: 0,
  float: 1,
  string: 3,
  bitfield: 4,
  compound: 6,
  enumeration: 8,
  vlen: 9,
  array: 10,
};

/** What libhdf5 says of a type; `type` is an H5T_class_t. */
export interface H5TypeInfo {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
  readonly vlen: boolean;
  readonly cset?: number;
  readonly array_type?: H5TypeInfo & { readonly shape: readonly number[] };
  readonly compound_type?: { readonly members: readonly H5Member[] };
}

export interface H5Member extends H5TypeInfo {
  readonly name: string;
  readonly offset: number;
}

export interface H5SpaceInfo extends H5TypeInfo {
  /** Null for an attribute or dataset without a value. */
  readonly shape: readonly number[] | null;
  readonly total_size: number;
  readonly chunks: readonly number[] | null;
}

export interface H5FilterInfo {
  readonly id: number;
  readonly name: string;
  readonly cd_values: readonly number[];
}
