// npm start: sets up what is missing, then describes the bundled market file and answers one window of it.
import { join } from "node:path";
import { root } from "./build.mjs";
import { main, runNode } from "./run.mjs";
import { setUp } from "./set-up.mjs";

const FILE = "data-fixtures/snapshot/daily_pv.h5";
const COMMANDS = [
  `describe ${FILE}`,
  `window ${FILE} --universe 000004.SZ,SH600001 --end 2020-03-02 --bars 5 --fields close,volume`,
];

await main(async () => {
  await setUp();
  for (const command of COMMANDS) {
    console.log(`\n$ npx aistock-data ${command}`);
    await runNode([join(root, "dist", "cli", "main.js"), ...command.split(" ")], { cwd: root });
  }
});
