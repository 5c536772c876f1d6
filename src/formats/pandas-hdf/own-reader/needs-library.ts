/**
 * Thrown where a file holds anything that the plain reader does not wholly understand, or that it would have to
 * guess at: the file is then opened by libhdf5, whose answer or complaint counts.
 */
export class NotPlain extends Error {
  override readonly name = "NotPlain";
}

/** @throws NotPlain where `holds` is false */
export function mustHold(holds: boolean, what: string): asserts holds {
  if (!holds) throw new NotPlain(what);
}
