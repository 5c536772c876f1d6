import { parsePickle } from "../pickle/attribute.js";
import { PickledObject } from "../pickle/values.js";
import type { AttributeValue } from "./h5-structure.js";
import { type H5SpaceInfo, H5T } from "./h5-types.js";
import { withoutPadding } from "./text-encoding.js";

const utf8 = new TextDecoder();
const FULL_STOP = 0x2e;

/** The value of an attribute of a plain type from its bytes; undefined of any other type. */
export function attributeValue(info: H5SpaceInfo, bytes: Uint8Array): AttributeValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (info.type === H5T.string) {
    const text = Buffer.from(withoutPadding(bytes));
    // PyTables stores text as UTF-8 and everything else as a pickle of protocol 0: Latin-1, and a full stop at the end.
    const isPickle = info.cset !== 1 && text.at(-1) === FULL_STOP;
    if (!isPickle) return utf8.decode(text);
    const value = parsePickle(text.toString("latin1"));
    return value === undefined ? new PickledObject(null, null) : value; // it is there, which undefined would deny
  }
  if (info.type !== H5T.integer && info.type !== H5T.float && info.type !== H5T.bitfield) return undefined;
  const numbers = Array.from({ length: info.total_size }, (_, i) => numberAt(view, i * info.size, info));
  return info.shape?.length === 0 ? numbers[0] : numbers;
}

function numberAt(view: DataView, at: number, { type, size }: H5SpaceInfo): number {
  if (type === H5T.float) return size === 8 ? view.getFloat64(at, true) : view.getFloat32(at, true);
  if (size === 8) return Number(view.getBigInt64(at, true));
  if (size === 4) return view.getInt32(at, true);
  return size === 2 ? view.getInt16(at, true) : view.getInt8(at);
}
