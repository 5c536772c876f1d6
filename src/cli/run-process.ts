import { removeTemporariesOnSignals } from "./interrupt.js";
import { run } from "./run.js";

/** Runs the command line of this process, and says by its exit code how it went. */
export async function runProcess(): Promise<void> {
  // A reader such as `head` that closes the pipe early has had what it wanted; a full disk has not taken all there is.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    process.stderr.write(`aistock-data: the output could not be written: ${error.message}\n`);
    process.exit(1);
  });
  // Then nobody is left to tell; what the command ends with still says how it went.
  process.stderr.on("error", () => undefined);

  removeTemporariesOnSignals();
  process.exitCode = await run(process.argv.slice(2));
}
