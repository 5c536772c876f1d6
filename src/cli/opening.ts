import { type Command, Option } from "commander";
import { CONVENTION_NAMES, type CodeConvention } from "../names/code-conventions.js";
import type { OpenOptions } from "../open/open-panel.js";

/** The options of a command that say how a file is to be opened. */
export interface OpeningOptions {
  readonly datetime?: string;
  readonly instrument?: string;
  readonly timezone?: string;
  readonly codes?: CodeConvention;
  readonly bareCodes?: boolean;
  readonly encoding?: string;
  readonly strict?: boolean;
}

/** Adds the options that say how a file is to be opened. */
export function withOpening(command: Command): Command {
  return command
    .option("--datetime <column>", "the column that is the key datetime, where its name does not say so")
    .option("--instrument <column>", "the column that is the key instrument, where its name does not say so")
    .option(
      "--timezone <zone>",
      "whose clocks the times show, such as Asia/Shanghai; of a file that says it, the zone wanted",
    )
    .addOption(
      new Option("--codes <convention>", "how instruments are to be spelled").choices(CONVENTION_NAMES),
    )
    .option("--bare-codes", "with --codes: give bare six digits the exchange that shares with them have")
    .option("--encoding <name>", "CSV: the encoding of the text, such as gbk, where it is not recognised")
    .option("--strict", "qlib folder: fail for a damaged file instead of leaving it out with a note");
}

/** The same as `openPanel` takes them. */
export function openingOf(options: OpeningOptions): OpenOptions {
  const { datetime, instrument, timezone, codes, bareCodes, encoding, strict } = options;
  const isNamed = datetime !== undefined || instrument !== undefined;
  return {
    timezone,
    encoding,
    strict,
    ...(isNamed && { keys: { datetime, instrument } }),
    ...(codes !== undefined && { codes: bareCodes ? { as: codes, bare: "stocks" } : codes }),
  };
}
