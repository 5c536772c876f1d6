// Loops over the bytes of Parquet pages (parquet-format: Encodings.md, Compression.md). All of them stay within the bytes
// they are given, whatever these hold: they say that a page is damaged, and what they wrote until then is not used.
export { snappy } from "./parquet/snappy";
export { lz4 } from "./parquet/lz4";
export { hybrid, levels } from "./parquet/hybrid";
export { delta32, delta64 } from "./parquet/delta";
export { bits, splitStreams, textEnds } from "./parquet/plain";
export { take16, take32, take64 } from "./parquet/take";
export { scale64, spread8, spread16, spread32, spread64 } from "./parquet/spread";
