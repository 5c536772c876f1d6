import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Collects what nobody holds. Asked for by a flag at the start of a process instead, Node could not use the code of its
 * own modules that was compiled for it before, and a fresh process took a tenth longer.
 */
export function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
