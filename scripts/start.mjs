// npm start: sets up what is missing, then describes the bundled market file answers one window of it, and says how to
// open the research library.
import { join } from "node:path";
import { root } from "./build.mjs";
import { main, runNode } from "./run.mjs";
import { setUp } from "./set-up.mjs";

const FILE = "data-fixtures/snapshot/daily_pv.h5";
const COMMANDS = [
  `describe ${FILE}`,
  `window ${FILE} --universe 000004.SZ,SH600001 --end 2020-03-02 --bars 5 --fields close,volume`,
];

/** How to look at the library; serving it would not end. */
const LIBRARY = [
  "sample --research research-sample",
  "sync research-sample/RDagentDB --store library.sqlite",
  "serve --store library.sqlite --root research-sample",
];

await main(async () => {
  await setUp();
  for (const command of COMMANDS) {
    console.log(`\n$ npx aistock-data ${command}`);
    await runNode([join(root, "dist", "cli", "main.js"), ...command.split(" ")], { cwd: root });
  }
  console.log(
    `\nThe research library in the browser, on a sample:\n${LIBRARY.map((line) => `$ npx aistock-data ${line}`).join("\n")}`,
  );
});
