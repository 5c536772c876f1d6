export function probe(at: usize): f64 {
  return f64x2.extract_lane(v128.load(at), 0);
}
