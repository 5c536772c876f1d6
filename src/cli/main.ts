#!/usr/bin/env node
import { removeTemporariesOnSignals } from "./interrupt.js";
import { run } from "./run.js";

// A reader such as `head` that closes the pipe early has had what it wanted.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

removeTemporariesOnSignals();
process.exitCode = await run(process.argv.slice(2));
