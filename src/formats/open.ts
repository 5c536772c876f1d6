import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import type { FileTable, TableRequest } from "../columns/table.js";
import { DataServiceError } from "../errors.js";
import { accessing } from "../files/file-access.js";
import { restoreReplaced } from "../files/leftovers.js";

/** What `openTable` takes besides: how to read a qlib folder. */
export interface OpenTableRequest extends TableRequest {
  readonly freq?: string | undefined;
  readonly instruments?: string | undefined;
  readonly keepEmptyRows?: boolean | undefined;
  readonly strict?: boolean | undefined;
  /** Of a CSV file. */
  readonly encoding?: string | undefined;
}

export type FileFormat = "pandas-hdf" | "parquet" | "arrow-ipc" | "csv" | "pickle" | "qlib-bin";

const NAMES: Readonly<Record<FileFormat, string>> = {
  "pandas-hdf": "a pandas HDF5 file",
  parquet: "a Parquet file",
  "arrow-ipc": "an Arrow file",
  csv: "a CSV file",
  pickle: "a pickle of pandas",
  "qlib-bin": "a qlib folder",
};

/** Options that one format alone has, and what to do where another meets them. */
const OWN_OPTIONS = {
  key: { format: "pandas-hdf", instead: "leave it out, there is one table" },
  encoding: { format: "csv", instead: "leave it out, its texts say what they are" },
  freq: { format: "qlib-bin", instead: "leave it out, the bars are those of the file" },
  instruments: { format: "qlib-bin", instead: "choose instruments with panel.window({ universe })" },
  strict: { format: "qlib-bin", instead: "leave it out, other files are always read strictly" },
  keepEmptyRows: { format: "qlib-bin", instead: "leave it out, the rows are those of the file" },
} as const satisfies Record<string, { readonly format: FileFormat; readonly instead: string }>;

type OwnOption = keyof typeof OWN_OPTIONS;

const HDF5_SIGNATURE = "\x89HDF\r\n\x1a\n";
/** Bytes looked at to tell a format; HDF5 lets a user block of 512 or 1024 bytes come before its signature. */
const HEAD_BYTES = 1024 + HDF5_SIGNATURE.length;

/**
 * Opens a file or folder of any format we read; the format's code is loaded only then.
 * @throws DataServiceError not-found, is-directory, read-failed, unknown-format, and what the format throws
 */
export async function openTable(path: string, request: OpenTableRequest): Promise<FileTable> {
  switch (detectFormat(path)) {
    case "pandas-hdf":
      return (await import("./pandas-hdf/open.js")).openPandasHdf(path, request);
    case "parquet":
      return (await import("./parquet/open.js")).openParquet(path, request);
    case "arrow-ipc":
      return (await import("./arrow/ipc.js")).openArrowIpc(path, request);
    case "csv":
      return (await import("./csv/open.js")).openCsv(path, request);
    case "pickle":
      return (await import("./pickle/open.js")).openPickle(path, request);
    case "qlib-bin":
      return (await import("./qlib/open.js")).openQlibBin(path, request);
  }
}

/**
 * Refuses options that the file's format does not have: ignored, `instruments` would give the whole market.
 * @throws DataServiceError bad-request, and what `detectFormat` throws
 */
export function refuseForeignOptions(path: string, options: Readonly<Record<OwnOption, unknown>>): void {
  for (const option of Object.keys(OWN_OPTIONS) as OwnOption[]) {
    if (options[option] === undefined) continue;
    const { format, instead } = OWN_OPTIONS[option];
    const found = detectFormat(path);
    if (found === format) continue;
    throw new DataServiceError(
      "bad-request",
      `${path}: the option "${option}" is for ${NAMES[format]}, and this is ${NAMES[found]}; ${instead}`,
      { path, field: option },
    );
  }
}

/** The format of a file by its first bytes, of a folder by what it holds; CSV, which has no mark, by its name. */
export function detectFormat(path: string): FileFormat {
  restoreReplaced(path);
  const stat = accessing(path, () => statSync(path));
  if (stat.isDirectory()) {
    if (existsSync(join(path, "features")) && existsSync(join(path, "calendars"))) return "qlib-bin";
    throw new DataServiceError(
      "is-directory",
      `${path}: a folder without the features and calendars of a qlib provider; open one file of it, or all with openSnapshot`,
      { path, advice: { code: "open-folder", words: "or all with openSnapshot" } },
    );
  }
  if (!stat.isFile()) {
    // Opening a pipe would wait for somebody to write into it.
    const problem = `${path}: not a file or a folder but a pipe, a socket or a device; write what it gives into a file first`;
    throw new DataServiceError("read-failed", problem, { path });
  }
  const head = accessing(path, () => readHead(path));
  if (head.length === 0) {
    throw new DataServiceError("corrupt", `${path}: the file is empty (0 bytes); write it again`, {
      path,
      count: 0,
    });
  }
  for (const at of [0, 512, 1024]) if (head.startsWith(HDF5_SIGNATURE, at)) return "pandas-hdf";
  if (head.startsWith("PAR1")) return "parquet";
  if (head.startsWith("ARROW1") || head.startsWith("\xff\xff\xff\xff")) return "arrow-ipc";
  const extension = extname(path).toLowerCase();
  const isPacked = head.startsWith("\x1f\x8b") || head.startsWith("PK\x03\x04");
  if (isPacked && PACKED_CSV.test(path)) return "csv";
  const own = OTHER_NAMES[extension];
  if (own !== undefined && isPacked)
    throw new DataServiceError("unknown-format", `${path}: ${own}`, { path });
  if (PICKLES.some((begin) => head.startsWith(begin))) return "pickle";
  const other = OTHERS.find(({ begins }) => begins.some((begin) => head.startsWith(begin)));
  if (other) {
    throw new DataServiceError("unknown-format", `${path}: ${other.what}`, { path });
  }
  if (extension === ".csv" || extension === ".txt" || extension === ".tsv") return "csv";
  const expected = EXPECTED[extension] ?? "HDF5, Parquet, Arrow or CSV";
  throw new DataServiceError(
    "unknown-format",
    `${path}: not ${expected}; its first bytes are ${JSON.stringify(head.slice(0, 16))}; give a pandas HDF5, Parquet, Arrow or .csv file`,
    { path },
  );
}

/** Python pickles of protocols 2 to 5. */
const PICKLES = ["\x80\x02", "\x80\x03", "\x80\x04", "\x80\x05"];

/** A packed file of one text. */
const PACKED_CSV = /\.(?:csv|tsv|txt)(?:\.(?:gz|zip))?$/i;

/** Archives that are no text inside, by their extensions. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ".npz":
    "an archive of numpy arrays (.npz), which hold no keys; in Python, write a DataFrame of them with to_parquet or to_hdf",
  ".xlsx": "an Excel workbook; save the sheet as CSV in UTF-8",
};

/** What people have beside data, whatever they call it. */
const OTHERS: readonly { readonly begins: readonly string[]; readonly what: string }[] = [
  { begins: ["\x1f\x8b"], what: "a gzip file; unpack it first (gunzip), or call it .csv.gz where it is one" },
  {
    begins: ["PK\x03\x04"],
    what: "a zip archive; unpack it, or call it .csv.zip where it holds one CSV file",
  },
  {
    begins: ["FEA1"],
    what: "a Feather file of version 1, which has no types of its own; in pandas, df.to_feather(path, version=2) or to_parquet",
  },
];

const EXPECTED: Readonly<Record<string, string>> = {
  ".h5": "an HDF5 file",
  ".hdf": "an HDF5 file",
  ".hdf5": "an HDF5 file",
  ".parquet": "a Parquet file",
  ".pq": "a Parquet file",
  ".arrow": "an Arrow file",
  ".feather": "an Arrow file",
  ".ipc": "an Arrow file",
};

/** The first bytes as latin-1, so that a byte is a character. */
function readHead(path: string): string {
  const fd = openSync(path, "r");
  try {
    const head = Buffer.alloc(Math.min(HEAD_BYTES, fstatSync(fd).size));
    return head.toString("latin1", 0, readSync(fd, head, 0, head.length, 0));
  } finally {
    closeSync(fd);
  }
}
