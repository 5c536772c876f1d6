/** The bytes an HDF5 file begins with, unless others come before it. */
export const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Types of an object header's messages. Source: "HDF5 File Format Specification Version 3.0", IV.A.2. */
export const MESSAGE = {
  nil: 0,
  dataspace: 1,
  linkInfo: 2,
  datatype: 3,
  fillValue: 5,
  link: 6,
  external: 7,
  layout: 8,
  groupInfo: 10,
  attribute: 12,
  continuation: 16,
  symbolTable: 17,
  modified: 18,
  attributeInfo: 21,
} as const;
