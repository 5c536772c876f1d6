import { isAscii } from "node:buffer";
import { DataServiceError } from "../../errors.js";
import type { H5Structure } from "./h5-structure.js";

/** The text of some bytes, which an error calls those of `field`. @throws DataServiceError corrupt (of another encoding) */
export type DecodeText = (bytes: Uint8Array, field: string) => string;

/** By the name that Python has for it, in small letters and with hyphens. They all hold ASCII as it is. */
const DECODERS: Readonly<Record<string, () => (bytes: Uint8Array) => string>> = {
  "utf-8": () => decoder("utf-8"),
  utf8: () => decoder("utf-8"),
  ascii: () => decoder("utf-8"),
  "latin-1": () => latin1,
  latin1: () => latin1,
  "iso-8859-1": () => latin1,
  gbk: () => decoder("gbk"),
  cp936: () => decoder("gbk"),
  gb2312: () => {
    const decode = decoder("gbk"); // Python reads two marks otherwise in this one
    return (bytes) => decode(bytes).replaceAll("\u00b7", "\u30fb").replaceAll("\u2014", "\u2015");
  },
  gb18030: () => decoder("gb18030"),
};

function decoder(encoding: string): (bytes: Uint8Array) => string {
  const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  return (bytes) => text.decode(bytes);
}

/** Not TextDecoder's latin1, which is Windows' own. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** A text of fixed width without the NULs at its end. One within is part of it, as numpy's bytes_ and pandas have it. */
export function withoutPadding(cell: Uint8Array): Uint8Array {
  let end = cell.length;
  while (end > 0 && cell[end - 1] === 0) end--;
  return cell.subarray(0, end);
}

/**
 * How to decode the text of a pandas object: the group at `key` names the encoding that was given to `to_hdf`. Python
 * takes upper case and underscores as well.
 * @throws DataServiceError unsupported (an encoding that is not read here)
 */
export function textDecoder(h5file: H5Structure, key: string): DecodeText {
  const { label } = h5file.file;
  const details = { path: label, key: key.slice(1) };
  const encoding = h5file.text(key, "encoding") ?? "UTF-8";
  const decode = DECODERS[encoding.toLowerCase().replaceAll("_", "-")]?.();
  if (!decode) {
    throw new DataServiceError(
      "unsupported",
      `${label}: the text of "${key.slice(1)}" is in the encoding ${JSON.stringify(encoding)}, which cannot be read here; write it in pandas with encoding="utf-8", or with "gbk", "gb18030" or "latin-1"`,
      details,
    );
  }
  return (bytes, field) => {
    if (isAscii(bytes)) return latin1(bytes);
    try {
      return decode(bytes);
    } catch (cause) {
      throw new DataServiceError(
        "corrupt",
        `${label}: "${field}" holds the bytes ${Buffer.from(bytes)
          .toString("hex")
          .replace(
            /(00)+$/,
            "",
          )}, which are not text in ${encoding}, the encoding of "${key.slice(1)}"; write it again in pandas with the encoding that its text has`,
        { ...details, field },
        cause,
      );
    }
  };
}
