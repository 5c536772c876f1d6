import { DataServiceError } from "../../errors.js";
import { ByteFile } from "../../files/byte-file.js";
import { type Tensor, tensorBytes, tensorOf } from "../tensor.js";
import { MAGIC, PREFIX_BYTES, parseNpyHeader, typeOfDescr } from "./header.js";

/**
 * The tensor of a `.npy` file, as `numpy.save` writes it: little-endian numbers and booleans in row-major order.
 * @throws DataServiceError not-found, unknown-format, unsupported (text, objects, big-endian or column-major numbers), corrupt
 */
export function readNpy(path: string): Tensor {
  const file = ByteFile.of(path);
  const prefix = Buffer.from(file.read(0, Math.min(PREFIX_BYTES + 2, file.size)));
  if (prefix.length < PREFIX_BYTES || prefix.toString("latin1", 0, 6) !== MAGIC) {
    throw new DataServiceError("unknown-format", `${path}: not a .npy file; write it with numpy.save`, {
      path,
    });
  }
  const isWide = prefix[6]! > 1; // versions 2 and 3 count the text's bytes with four
  const begin = isWide ? PREFIX_BYTES + 2 : PREFIX_BYTES;
  const end = begin + (isWide ? prefix.readUInt32LE(8) : prefix.readUInt16LE(8));
  const text = Buffer.from(file.read(begin, end)).toString("latin1");
  const header = parseNpyHeader(text);
  const type = header && typeOfDescr(header.descr);
  if (!header || !type || (header.isFortran && header.shape.length > 1)) {
    throw new DataServiceError(
      "unsupported",
      `${path}: holds ${text.trim()}, and only little-endian numbers and booleans in row-major order are read; write it with numpy.save(path, numpy.ascontiguousarray(x))`,
      { path },
    );
  }
  const { shape } = header;
  return tensorOf(type, shape, file.read(end, end + tensorBytes(type, shape)));
}
