// A CSV text taken apart a piece at a time: rows into cells, cells of a column into numbers, those of a key into codes.
export { split } from "./csv/split";
export { floats } from "./csv/floats";
export { wholes } from "./csv/wholes";
export { codes, learn } from "./csv/codes";
