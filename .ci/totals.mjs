// node .ci/totals.mjs REPORT...: one line, `N passed, N failed[, N skipped]`, summed over vitest's JSON reports.
// The exit code is 1 when a test failed, a report is missing, or there is none.
import { readFileSync } from "node:fs";

let passed = 0;
let failed = 0;
let skipped = 0;
const missing = [];

for (const file of process.argv.slice(2)) {
  const report = reportIn(file);
  if (report === undefined) {
    missing.push(file);
    continue;
  }
  passed += report.numPassedTests;
  failed += report.numFailedTests + filesThatDidNotRun(report);
  skipped += report.numPendingTests + report.numTodoTests;
}

for (const file of missing) console.error(`no test report ${file}: that run ended before it could write one`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 || passed === 0 || missing.length > 0 ? 1 : 0;

/** @param {string} file */
function reportIn(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Test files that failed as a whole, an import or a hook of theirs throwing: the report counts no failed test there.
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} report
 */
function filesThatDidNotRun({ testResults }) {
  return testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
}
