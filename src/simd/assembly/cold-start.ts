// Loops that a fresh process runs once, over many elements: their first run takes V8's interpreter 20 to 50 times as long.
export { copyRows } from "./cold-start/copy-rows";
export { digest } from "./cold-start/digest";
export { mark } from "./cold-start/mark";
export { pick32, pick64 } from "./cold-start/pick";
export { greatest } from "./cold-start/greatest";
export { changes } from "./cold-start/changes";
export { rowsOf } from "./cold-start/rows-of";
export { sortedRows } from "./cold-start/sorted-rows";
