import type { H5SpaceInfo } from "../h5-types.js";
import type { Cursor } from "./cursor.js";
import { mustHold } from "./needs-library.js";
import { readDatatype, readShape, spaceInfo } from "./values.js";

export interface PlainAttribute {
  /** A character is a byte of its UTF-8. */
  readonly name: string;
  readonly info: H5SpaceInfo;
  readonly bytes: Uint8Array;
}

/** An attribute message of version 1 or 3. Source: "HDF5 File Format Specification Version 3.0", IV.A.2.m. */
export function readAttribute(fields: Cursor): PlainAttribute {
  const version = fields.u8();
  mustHold(version === 1 || version === 3, "an attribute of another version");
  fields.zeros(1); // reserved, or which of its parts are shared
  const [nameBytes, typeBytes, spaceBytes] = [fields.u16(), fields.u16(), fields.u16()];
  if (version === 3) mustHold(fields.u8() <= 1, "an attribute's name in an unknown encoding");
  const part = (size: number) => {
    const taken = fields.part(size);
    if (version === 1) fields.align();
    return taken;
  };
  const name = part(nameBytes).text(nameBytes);
  mustHold(
    nameBytes > 0 && name.indexOf("\0") === nameBytes - 1,
    "an attribute's name does not end where it should",
  );
  const info = spaceInfo(readDatatype(part(typeBytes)), readShape(part(spaceBytes)));
  const bytes = fields.take(info.size * info.total_size);
  mustHold(version === 1 ? fields.left < 8 : fields.left === 0, "an attribute is too long");
  return { name: name.slice(0, -1), info, bytes };
}
