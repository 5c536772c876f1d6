import { MESSAGE } from "../h5-format.js";
import type { Dataset } from "../h5-structure.js";
import type { Extent } from "../object-header.js";
import { type PlainAttribute, readAttribute } from "./attributes.js";
import type { StructureBytes } from "./bytes.js";
import { DENSE_ATTRIBUTES, readDense } from "./dense.js";
import { type PlainMessage, readHeader } from "./header.js";
import { readLinks, readStorage } from "./links.js";
import { mustHold } from "./needs-library.js";
import type { PlainSuperblock } from "./superblock.js";
import { expectNoFillValue, readDatatype, readLayout, readShape, spaceInfo } from "./values.js";

/** A group or a dataset, wholly read but for the dataset's values. */
export interface PlainObject {
  readonly attributes: ReadonlyMap<string, PlainAttribute>;
  /** Of a group: name to the address of the object header. */
  readonly links?: ReadonlyMap<string, number>;
  /** Of a dataset. */
  readonly data?: { readonly info: Omit<Dataset, "path">; readonly extent: Extent } | undefined;
}

const GROUP_MESSAGES = new Set<number>([
  MESSAGE.symbolTable,
  MESSAGE.linkInfo,
  MESSAGE.link,
  MESSAGE.groupInfo,
]);
const DATASET_MESSAGES = [MESSAGE.dataspace, MESSAGE.datatype, MESSAGE.fillValue, MESSAGE.layout];

/** @throws NotPlain */
export function readObject(file: StructureBytes, superblock: PlainSuperblock, address: number): PlainObject {
  const messages = readHeader(file, address);
  const isAttribute = ({ type }: PlainMessage) =>
    type === MESSAGE.attribute || type === MESSAGE.attributeInfo;
  const attributes = readAttributes(file, messages.filter(isAttribute));
  const others = messages.filter((message) => !isAttribute(message));
  if (others.every(({ type }) => GROUP_MESSAGES.has(type))) {
    return { attributes, links: readLinks(file, superblock, others) };
  }
  return { attributes, data: readData(file, others) };
}

function readAttributes(
  file: StructureBytes,
  messages: readonly PlainMessage[],
): ReadonlyMap<string, PlainAttribute> {
  const infos = messages.filter(({ type }) => type === MESSAGE.attributeInfo);
  const compact = messages.filter(({ type }) => type === MESSAGE.attribute);
  mustHold(infos.length <= 1, "an object has two lists of attributes");
  const dense = infos[0] && readStorage(infos[0].body);
  mustHold(dense === undefined || compact.length === 0, "an object has two lists of attributes");
  const attributes = dense
    ? readDense(file, dense, DENSE_ATTRIBUTES, readAttribute, ({ name }) => name)
    : compact.map(({ body }) => readAttribute(body));
  const map = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  mustHold(map.size === attributes.length, "two attributes have one name");
  return map;
}

/** A dataset whose values lie in the file one after another, as they are. */
function readData(file: StructureBytes, messages: readonly PlainMessage[]): PlainObject["data"] {
  const [space, type, fillValue, layout] = DATASET_MESSAGES.map((wanted) => {
    const found = messages.filter((message) => message.type === wanted);
    mustHold(found.length === 1, "neither a group nor a plain dataset");
    return found[0]!.body;
  });
  mustHold(messages.length === DATASET_MESSAGES.length, "neither a group nor a plain dataset");
  expectNoFillValue(fillValue!);
  const info = spaceInfo(readDatatype(type!), readShape(space!));
  const { shape } = info;
  mustHold(shape !== null && shape.length > 0, "a dataset without rows");
  const extent = readLayout(layout!);
  mustHold(extent.bytes === info.total_size * info.size, "a dataset takes another number of bytes");
  file.claim(extent.position, extent.bytes);
  return { info: { ...info, shape, filters: [] }, extent };
}
