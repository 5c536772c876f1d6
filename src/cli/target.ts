import { extname } from "node:path";
import { Option } from "commander";
import { checkFile, checkTarget } from "../formats/write.js";

export const outOption = (): Option =>
  new Option(
    "-o, --out <file>",
    "write to a .parquet, .h5, .arrow, .feather or .csv file instead of printing",
  ).argParser(checkedFile);

/** A file to write, looked at before the work that it is to take. @throws as `checkFile` */
function checkedFile(path: string): string {
  checkFile(path);
  return path;
}

/** A file to write, or without an extension a qlib folder. @throws as `checkFile` */
export function checkedTarget(path: string): string {
  if (extname(path) !== "") return checkedFile(path);
  checkTarget(path, "folder");
  return path;
}
