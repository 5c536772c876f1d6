import { buildWhatIsStale, root } from "./build.mjs";
import { installWhatIsMissing } from "./installed.mjs";

const OLDEST_NODE = 20;

/** Everything a fresh clone lacks: dependencies, then the built package. Quick when nothing is missing. */
export async function setUp() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    console.error(`Node ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}.`);
    process.exit(1);
  }
  await installWhatIsMissing(root);
  await buildWhatIsStale();
}
