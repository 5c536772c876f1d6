// The cells of a dictionary of `size` at `cells` that the 32-bit codes at `codes` point to; false where one is beyond it.
export function take16(codes: usize, count: u32, cells: usize, size: u32, out: usize): bool {
  return take<u16>(codes, count, cells, size, out);
}

export function take32(codes: usize, count: u32, cells: usize, size: u32, out: usize): bool {
  return take<u32>(codes, count, cells, size, out);
}

export function take64(codes: usize, count: u32, cells: usize, size: u32, out: usize): bool {
  return take<u64>(codes, count, cells, size, out);
}

// @ts-ignore: decorator
@inline
function take<T>(codes: usize, count: u32, cells: usize, size: u32, out: usize): bool {
  const end = codes + (<usize>count << 2);
  for (; codes < end; codes += 4, out += sizeof<T>()) {
    const code = load<u32>(codes);
    if (code >= size) return false;
    store<T>(out, load<T>(cells + <usize>code * sizeof<T>()));
  }
  return true;
}
