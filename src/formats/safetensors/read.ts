import { DataServiceError } from "../../errors.js";
import { ByteFile } from "../../files/byte-file.js";
import { nearestName, suggestion } from "../../names/nearest.js";
import { type Tensor, tensorBytes, tensorOf } from "../tensor.js";
import { LENGTH_BYTES, METADATA, type PlacedTensor, typeOfDtype } from "./header.js";

/** A `.safetensors` file, of which a tensor is read when it is asked for. */
export interface SafetensorsFile {
  readonly names: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** @throws DataServiceError unknown-field, unsupported (half-precision and 8-bit floats), corrupt, changed */
  tensor(name: string): Tensor;
}

interface Entry {
  readonly dtype: unknown;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** Headers beyond it are none, as in the format's own library. */
const MOST_HEADER_BYTES = 100_000_000;

/** @throws DataServiceError not-found, unknown-format */
export function openSafetensors(path: string): SafetensorsFile {
  const file = ByteFile.of(path);
  const { entries, metadata, dataAt } = readHeader(file, path);
  return {
    names: [...entries.keys()],
    metadata,
    tensor(name) {
      const entry = entries.get(name);
      if (!entry) throw unknownTensor(name, [...entries.keys()], path);
      const { type, shape, first, last } = placed(entry, name, path);
      return tensorOf(type, shape, file.read(dataAt + first, dataAt + last));
    },
  };
}

function readHeader(file: ByteFile, path: string) {
  const length = file.size < LENGTH_BYTES ? 0 : Number(Buffer.from(file.read(0, 8)).readBigUInt64LE());
  const dataAt = LENGTH_BYTES + length;
  let header: unknown;
  try {
    if (length > 0 && length <= MOST_HEADER_BYTES && dataAt <= file.size) {
      header = JSON.parse(Buffer.from(file.read(LENGTH_BYTES, dataAt)).toString());
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  if (typeof header !== "object" || header === null) {
    const problem = `${path}: not a .safetensors file; write it with safetensors.torch.save_file or panel.write`;
    throw new DataServiceError("unknown-format", problem, { path });
  }
  const { [METADATA]: metadata = {}, ...tensors } = header as Record<string, unknown>;
  const entries = new Map(Object.entries(tensors as Record<string, Entry>));
  return { entries, metadata: metadata as Record<string, string>, dataAt };
}

/** @throws DataServiceError unsupported, corrupt */
function placed({ dtype, shape, data_offsets }: Entry, name: string, path: string): PlacedTensor {
  const details = { path, field: name };
  const type = typeOfDtype(dtype);
  if (!type) {
    const problem = `${path}: the tensor "${name}" holds ${String(dtype)} numbers, which no array of JavaScript holds; convert it to float32`;
    throw new DataServiceError("unsupported", problem, details);
  }
  const [first, last] = Array.isArray(data_offsets) ? data_offsets : [Number.NaN, Number.NaN];
  if (!Array.isArray(shape) || last - first !== tensorBytes(type, shape)) {
    const problem = `${path}: the bytes of the tensor "${name}" are not as many as its shape needs; the file is damaged, write it again`;
    throw new DataServiceError("corrupt", problem, details);
  }
  return { type, shape, first, last };
}

function unknownTensor(name: string, names: readonly string[], path: string): DataServiceError {
  const near = nearestName(name, names);
  const problem = `unknown tensor "${name}" in ${path}${suggestion(near)}`;
  return new DataServiceError("unknown-field", problem, { path, field: name, found: names.slice(0, 10) });
}
