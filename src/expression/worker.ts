import { parentPort } from "node:worker_threads";
import { type BlockJob, runBlocks } from "./blocks.js";

// One message is one pass; the answer is sent when no block is left.
parentPort?.on("message", (job: BlockJob) => {
  runBlocks(job);
  parentPort?.postMessage("done");
});
