// Sets the byte `marks` + code of each of the unsigned 16-bit codes at the bytes [from, to).
export function mark(from: usize, to: usize, marks: usize): void {
  for (; from < to; from += 2) store<u8>(marks + load<u16>(from), 1);
}
