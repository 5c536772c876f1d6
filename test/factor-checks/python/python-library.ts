import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { sharedFixtures } from "../../shared-fixtures.js";

/** The library of factors with every fault, where it is. */
export const faultyLibrary = sharedFixtures("validation") && join(sharedFixtures("validation")!, "lib");

/** Whether some Python here can import pandas. */
export const hasPandas = ["python3", "/usr/bin/python3"].some((python) => {
  try {
    execFileSync(python, ["-c", "import pandas"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});
