// The frame of make_parquet.py as DuckDB and polars write it: node make_parquet_peers.mjs FOLDER, which has nested.parquet.
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import pl from "nodejs-polars";

const folder = process.argv[2];
const source = join(folder, "codec_none.parquet");
const connection = await (await DuckDBInstance.create(":memory:")).connect();
const variants = [
  ["v1_snappy", "PARQUET_VERSION v1, COMPRESSION snappy"],
  ["v2_zstd", "PARQUET_VERSION v2, COMPRESSION zstd"],
  ["v2_plain", "PARQUET_VERSION v2, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1"],
  ["lz4_raw", "COMPRESSION lz4_raw"],
  ["brotli", "COMPRESSION brotli"],
];
for (const [name, options] of variants) {
  const path = join(folder, `duckdb_${name}.parquet`);
  await connection.run(
    `COPY (SELECT * FROM '${source}') TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048, ${options})`,
  );
}
connection.closeSync();

// polars for Node has no decimals, half floats or columns of nulls.
const lacks = ["dec9", "dec18", "dec30", "half", "nothing", "binary", "time"];
const frame = pl.readParquet(source).drop(...lacks);
for (const compression of ["uncompressed", "snappy", "zstd", "lz4", "gzip", "brotli"]) {
  frame.writeParquet(join(folder, `polars_${compression}.parquet`), { compression });
}
