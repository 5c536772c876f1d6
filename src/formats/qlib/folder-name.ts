/** Names that Windows keeps for devices, before which qlib puts a prefix (qlib.utils.code_to_fname). */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** The folder of an instrument's fields: its code in lower case, `_qlib_prn` for PRN. */
export function folderName(code: string): string {
  const name = code.toLowerCase();
  return RESERVED.test(name) ? `_qlib_${name}` : name;
}
