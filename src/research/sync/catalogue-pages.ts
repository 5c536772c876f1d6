import { type CataloguePart, CatalogueScanner } from "../json/catalogue-scanner.js";

/** Records of one transaction. */
export const PAGE_SIZE = 500;

/**
 * The records of the list `list` as the bytes of a catalogue arrive, a page at a time; the envelope's members go to
 * `envelope` as they pass.
 * @throws DataServiceError corrupt
 */
export async function* cataloguePages(
  chunks: AsyncIterable<Uint8Array>,
  list: string,
  label: string,
  envelope: Record<string, string>,
): AsyncGenerator<readonly string[]> {
  const scanner = new CatalogueScanner(label);
  let page: string[] = [];
  let isObject = true;
  const take = (parts: readonly CataloguePart[]) => {
    for (const part of parts) {
      if (part.kind === "record" && part.key === list) page.push(part.text);
      else if (part.kind === "member") envelope[part.key] = part.text;
      else if (part.kind === "list") envelope[part.key] = "[…]";
      else if (part.kind === "other") isObject = false;
    }
  };
  for await (const chunk of chunks) {
    take(scanner.push(chunk));
    while (page.length >= PAGE_SIZE) yield page.splice(0, PAGE_SIZE);
  }
  take(scanner.end());
  if (!isObject || envelope[list] !== "[…]") throw scanner.broken(`it has no list "${list}"`);
  if (page.length > 0) yield page;
  page = [];
}
