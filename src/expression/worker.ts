import { parentPort } from "node:worker_threads";
import { type PatchJob, runPatches } from "./patches.js";

// One message is one pass; the answer is sent when no patch is left.
parentPort?.on("message", (job: PatchJob) => {
  runPatches(job);
  parentPort?.postMessage("done");
});
