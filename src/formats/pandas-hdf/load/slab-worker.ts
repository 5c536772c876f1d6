import { closeSync, openSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { handleStamp } from "../../../files/file-stamp.js";
import { readWhole } from "../../../files/whole-bytes.js";
import {
  COPIED,
  COPYING,
  claimSlab,
  type SlabJob,
  slabBounds,
  slabCopier,
  slabCount,
  takeSlab,
  WORKER_ROOM,
} from "./slab-job.js";

/** What a worker thread is started with. */
export interface SlabWorkerData {
  readonly job: SlabJob;
  /** The file as it was when it was opened, and where row 0 of the job lies in it. */
  readonly file: { readonly path: string; readonly stamp: string };
  readonly position: number;
}

/** Takes slabs until none is left. Where anything is wrong it stops: the main thread then meets it, and says what. */
function work({ job, file, position }: SlabWorkerData): void {
  const fd = openSync(file.path, "r");
  try {
    if (handleStamp(fd) !== file.stamp) return;
    const copier = slabCopier(job, WORKER_ROOM);
    if (!copier) return;
    const count = slabCount(job);
    for (let slab = takeSlab(job); slab < count; slab = takeSlab(job)) {
      const [first, last] = slabBounds(job, slab);
      const rows = copier.room.subarray(0, (last - first) * job.rowBytes);
      if (readWhole(fd, rows, position + first * job.rowBytes) < rows.byteLength) return;
      if (!claimSlab(job, slab, COPYING)) return;
      copier.copy(rows, last - first, first);
      Atomics.store(job.state, slab + 1, COPIED);
      Atomics.notify(job.state, slab + 1);
    }
  } finally {
    closeSync(fd);
  }
}

work(workerData as SlabWorkerData);
