// From RD-Agent's own workflow file to batches, and to files that numpy and torch map: node examples/training/train.mjs [FOLDER]
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromQlibConfig } from "@aistock/data-service/training";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2] ?? join(mkdtempSync(join(tmpdir(), "training-")), "set");

const { set, stepLength } = await fromQlibConfig(join(here, "conf_combined_factors.yaml"), {
  variables: { provider_uri: join(here, "../../data-fixtures/snapshot/qlib_bin") },
  purge: "auto", // the file says nothing of it, and its labels look two sessions ahead
});
for (const note of set.notes) console.log(`note: ${note}`);

const sequences = set.segment("train").sequences({ length: stepLength ?? 20, fill: "ffill+bfill" });
let samples = 0;
for await (const batch of sequences.batches({ size: 128, seed: 1, prefetch: 2 })) {
  samples += batch.shape[0]; // batch.windows is [samples, 20, features], batch.labels [samples, 1]
}
console.log(
  `${samples} samples of ${sequences.length} × ${sequences.names.length}: ${sequences.names.join(", ")}`,
);

const manifest = await set.export(out, { format: "npy", sequences: { length: stepLength ?? 20 } });
for (const [name, { rows, first, last }] of Object.entries(manifest.segments)) {
  console.log(`${name}: ${rows} rows, ${first} .. ${last}`);
}
