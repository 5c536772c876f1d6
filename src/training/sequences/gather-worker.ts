import { parentPort } from "node:worker_threads";
import { type GatherSource, gatherWindows } from "./gather.js";
import type { GatherMessage } from "./gather-thread.js";

let source: GatherSource | undefined;

parentPort?.on("message", (message: GatherMessage) => {
  if ("source" in message) {
    source = message.source;
    return;
  }
  gatherWindows(source!, message.samples, message.out);
  parentPort?.postMessage("done");
});
