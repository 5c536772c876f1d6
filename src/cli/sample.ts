import { Command } from "commander";
import { writeSample } from "../sample/write-sample.js";
import { tell } from "./tell.js";

export function sampleCommand(): Command {
  return new Command("sample")
    .summary("write a small synthetic snapshot to play with")
    .description(
      "Writes prices, valuation, money flow, two factors, instrument lists and a calendar of a market that never was into " +
        "DIR, as research exports a snapshot. The same each time.",
    )
    .argument("<dir>", "the folder, which is made where it is not there")
    .option("--research", "research results in place of a snapshot: a registry, workspaces and catalogues")
    .action(async (folder: string, { research }: { research?: boolean }) => {
      if (research) {
        await (await import("../research/research-sample.js")).writeResearchSample(folder);
        tell(`try: aistock-data sync ${folder} --store results.sqlite\n`);
        return;
      }
      const files = await writeSample(folder);
      tell(`${folder}: ${files.join(", ")}\n`);
      tell(`try: aistock-data window ${folder} -u top10 -n 1 -f 'close,mom_10d,Mean($close,5)'\n`);
    });
}
