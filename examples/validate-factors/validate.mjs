// Validates the library beside this file on a market: node validate.mjs [daily_pv.h5]
import { fileURLToPath } from "node:url";
import { openPanel, validateFactors } from "@aistock/data-service";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const market = await openPanel(process.argv[2] ?? here("../../data-fixtures/snapshot/daily_pv.h5"));

const reports = await validateFactors(market, {
  library: here("my_factors"),
  expressions: { reversal_5d: "1 - $close / Ref($close, 5)" },
});

for (const { factor, status, findings, proof, quality } of reports) {
  const rankIc = quality[0]?.ic[0]?.rankIc.mean;
  console.log(
    `${factor}: ${status}, look-ahead: ${proof?.verdict ?? "not tried"}, rank IC ${rankIc?.toFixed(3)}`,
  );
  for (const { code, sentence } of findings) console.log(`  ${code}: ${sentence}`);
}
