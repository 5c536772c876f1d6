import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { arrowMutations } from "./arrow-mutations.js";
import { byteMutations, type Mutation } from "./byte-mutations.js";
import { hdf5Mutations } from "./hdf5-mutations.js";
import { parquetMutations } from "./parquet-mutations.js";
import { binMutations, textMutations } from "./text-mutations.js";

/** A file, or a folder of files, that the fuzzer changes: one file of it at a time. */
export interface Seed {
  readonly name: string;
  /** Files by their path inside the folder; a single file has its own name. */
  readonly files: ReadonlyMap<string, Buffer>;
  readonly isFolder: boolean;
  readonly format: "hdf5" | "arrow" | "parquet" | "csv" | "qlib-bin";
  /** Whether all its cells lie in chunks whose codec or checksum tells that they are damaged. */
  readonly isChecked: boolean;
  /** What can be done to one of its files. */
  readonly mutationsOf: (path: string) => readonly Mutation[];
}

const FIXTURES = "data-fixtures";

const CHECKED = /chunks_zlib|chunks_checked|chunks_bzip2|fixed_bzip2|table_zlib/;

const HDF5 = [
  "fuzz/seeds/chunks_zlib.h5",
  "fuzz/seeds/chunks_zlib_plain.h5",
  "fuzz/seeds/chunks_checked.h5",
  "fuzz/seeds/chunks_stored.h5",
  "fuzz/seeds/chunks_bzip2.h5",
  "hdf5/fixed_f64.pd23.h5",
  "hdf5/fixed_qlib_codes.pd15.h5",
  "hdf5/fixed_blosc_zstd.pd23.h5",
  "hdf5/fixed_bzip2.pd23.h5",
  "hdf5/fixed_mixed_blocks.pd23.h5",
  "hdf5/fixed_series.pd15.h5",
  "hdf5/fixed_empty.pd23.h5",
  "text/fixed_text.pd23.h5",
  "text/fixed_text_series.pd15.h5",
  "hdf5/table_zlib.pd23.h5",
  "hdf5/table_blosc.pd23.h5",
  "hdf5/table_tz.pd15.h5",
];
const ARROW = [
  "plain.feather",
  "chunks.feather",
  "lz4.feather",
  "zstd.feather",
  "stream_chunks.arrow",
  "time_zone.feather",
];
const PARQUET = [
  "formats/index.parquet",
  "formats/codec_zstd.parquet",
  "formats/codec_gzip.parquet",
  "formats/row_groups.parquet",
  "formats/data_page_2.parquet",
  "formats/int96.parquet",
  "parquet/plain_page_2.parquet",
  "parquet/small_pages.parquet",
  "parquet/delta_length.parquet",
  "parquet/delta_text.parquet",
  "parquet/nested.parquet",
  "parquet/duckdb_v2_zstd.parquet",
  "parquet/polars_lz4.parquet",
];

/** Structure-aware changes come as often as those of bytes. */
function both(own: readonly Mutation[]): Mutation[] {
  const times = Math.ceil((1.5 * byteMutations.length) / own.length);
  return [...byteMutations, ...own.flatMap((mutation) => new Array<Mutation>(times).fill(mutation))];
}

export function corpus(): Seed[] {
  return [
    ...HDF5.map((path) => fileSeed("hdf5", path, both(hdf5Mutations))),
    ...ARROW.map((path) => fileSeed("arrow", `formats/${path}`, both(arrowMutations))),
    ...PARQUET.map((path) => fileSeed("parquet", path, both(parquetMutations))),
    csvSeed(),
    qlibSeed(),
  ];
}

function fileSeed(format: Seed["format"], path: string, mutations: readonly Mutation[]): Seed {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const files = new Map([[name, readFileSync(join(FIXTURES, path))]]);
  return {
    name,
    files,
    isFolder: false,
    format,
    isChecked: CHECKED.test(name),
    mutationsOf: () => mutations,
  };
}

function csvSeed(): Seed {
  const lines = ["datetime,instrument,$close,n,note,when"];
  for (let i = 0; i < 60; i++) {
    const day = `2020-01-${String(1 + Math.floor(i / 6)).padStart(2, "0")}`;
    const cells = [
      day,
      `00000${i % 6}.SZ`,
      i % 9 === 0 ? "" : 10 + i / 7,
      i,
      `"a ""b"", 中 ${i}"`,
      `${day} 09:31:00`,
    ];
    lines.push(cells.join(","));
  }
  const files = new Map([["panel.csv", Buffer.from(`${lines.join("\n")}\n`)]]);
  return {
    name: "panel.csv",
    files,
    isFolder: false,
    format: "csv",
    isChecked: false,
    mutationsOf: () => both(textMutations),
  };
}

/** Two instruments and two fields of the snapshot's provider folder. */
function qlibSeed(): Seed {
  const root = join(FIXTURES, "snapshot/qlib_bin");
  const files = new Map<string, Buffer>();
  files.set("calendars/day.txt", readFileSync(join(root, "calendars/day.txt")));
  const codes = readdirSync(join(root, "features")).slice(0, 2);
  const list = readFileSync(join(root, "instruments/all.txt"), "utf8").split("\n");
  const kept = list.filter((line) => codes.includes(line.split("\t")[0]!.toLowerCase()));
  files.set("instruments/all.txt", Buffer.from(`${kept.join("\n")}\n`));
  for (const code of codes) {
    for (const field of ["close", "open"]) {
      const path = `features/${code}/${field}.day.bin`;
      files.set(path, readFileSync(join(root, path)));
    }
  }
  const mutationsOf = (path: string) => both(path.endsWith(".bin") ? binMutations : textMutations);
  return { name: "qlib_bin", files, isFolder: true, format: "qlib-bin", isChecked: false, mutationsOf };
}
