import type { BufferRange } from "../../files/file-range.js";

/** A view of a text: its length, then the text itself or four bytes of it, the number of a buffer and a place there. */
const VIEW_BYTES = 16;
/** A text of up to so many bytes lies in its view. */
const INLINE_BYTES = 12;
/** What is put together at a time; many cells may point to one long text. */
const MOST_BYTES = 2 ** 31;

/**
 * The texts of some views (format/Columnar.rst, "Variable-size Binary View Layout") one after the other, that of view i
 * at [ends[i], ends[i + 1]). Of each buffer, the range is read that they point into.
 * @param present one byte a view, 0 where it is missing: what it points to means nothing there
 * @param refuse throws an error that says how the column is damaged
 */
export function textOfViews(
  views: Uint8Array,
  present: Uint8Array | undefined,
  buffers: readonly BufferRange[],
  refuse: (what: string) => never,
): { ends: Float64Array; bytes: Uint8Array } {
  const count = views.byteLength / VIEW_BYTES;
  const view = new DataView(views.buffer, views.byteOffset, views.byteLength);
  const ends = new Float64Array(count + 1);
  const [first, last] = [buffers.map(({ byteLength }) => byteLength), buffers.map(() => 0)];
  for (let i = 0; i < count; i++) {
    const length = present?.[i] === 0 ? 0 : view.getInt32(i * VIEW_BYTES, true);
    if (length < 0) refuse(`a text is said to have ${length} bytes`);
    ends[i + 1] = ends[i]! + length;
    if (length <= INLINE_BYTES) continue;
    const [buffer, from] = placeOf(view, i);
    const bytes = buffers[buffer]?.byteLength ?? 0;
    if (!(from >= 0 && from + length <= bytes)) {
      refuse(`bytes ${from} to ${from + length} of buffer ${buffer}, which has ${bytes}, are needed`);
    }
    first[buffer] = Math.min(first[buffer]!, from);
    last[buffer] = Math.max(last[buffer]!, from + length);
  }
  if (ends[count]! > MOST_BYTES) refuse(`${count} cells are said to hold ${ends[count]} bytes of text`);
  const texts = buffers.map((buffer, b) =>
    first[b]! < last[b]! ? buffer.read(first[b]!, last[b]!) : undefined,
  );
  const out = new Uint8Array(ends[count]!);
  for (let i = 0; i < count; i++) {
    const length = ends[i + 1]! - ends[i]!;
    if (length <= INLINE_BYTES) {
      out.set(views.subarray(i * VIEW_BYTES + 4, i * VIEW_BYTES + 4 + length), ends[i]!);
      continue;
    }
    const [buffer, from] = placeOf(view, i);
    const start = from - first[buffer]!;
    out.set(texts[buffer]!.subarray(start, start + length), ends[i]!);
  }
  return { ends, bytes: out };
}

function placeOf(view: DataView, i: number): [buffer: number, offset: number] {
  return [view.getInt32(i * VIEW_BYTES + 8, true), view.getInt32(i * VIEW_BYTES + 12, true)];
}
