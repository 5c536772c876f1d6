// The greatest of the unsigned 32-bit numbers at the bytes [from, to), a multiple of 16; 0 of none.
export function greatest(from: usize, to: usize): u32 {
  let most = i32x4.splat(0);
  for (; from < to; from += 16) most = i32x4.max_u(most, v128.load(from));
  const a = max(<u32>i32x4.extract_lane(most, 0), <u32>i32x4.extract_lane(most, 1));
  return max(a, max(<u32>i32x4.extract_lane(most, 2), <u32>i32x4.extract_lane(most, 3)));
}
