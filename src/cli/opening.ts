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

const OPENING_NAMES: Readonly<Record<keyof OpeningOptions, string>> = {
  datetime: "--datetime",
  instrument: "--instrument",
  timezone: "--timezone",
  codes: "--codes",
  bareCodes: "--bare-codes",
  encoding: "--encoding",
  strict: "--strict",
};

/** Adds the options that say how a file is to be opened; `whose` names it where a command opens several. */
export function withOpening(command: Command, whose = ""): Command {
  const options = [
    new Option(
      "--datetime <column>",
      `${whose}the column that is the key datetime, where its name does not say so`,
    ),
    new Option("--instrument <column>", `${whose}the column that is the key instrument, likewise`),
    new Option(
      "--timezone <zone>",
      `${whose}whose clocks the times show, such as Asia/Shanghai; of a file that says it, the zone wanted`,
    ),
    new Option("--codes <convention>", `${whose}how instruments are to be spelled`).choices(CONVENTION_NAMES),
    new Option("--bare-codes", "with --codes: give bare six digits the exchange that shares with them have"),
    new Option("--encoding <name>", "CSV: the encoding of the text, such as gbk, where it is not recognised"),
    new Option("--strict", "qlib folder: fail for a damaged file instead of leaving it out with a note"),
  ];
  for (const option of options) command.addOption(option.helpGroup("How files are opened:"));
  return command;
}

/** The same as `openPanel` takes them. */
export function openingOf(options: OpeningOptions): OpenOptions {
  const { datetime, instrument, timezone, codes, bareCodes, encoding, strict } = options;
  const isNamed = datetime !== undefined || instrument !== undefined;
  return {
    ...(timezone !== undefined && { timezone }),
    ...(encoding !== undefined && { encoding }),
    ...(strict !== undefined && { strict }),
    ...(isNamed && { keys: { datetime, instrument } }),
    ...(codes !== undefined && { codes: bareCodes ? { as: codes, bare: "stocks" } : codes }),
  };
}

/** Fails where options that say how a file is opened are given for a folder of files, of which each says it itself. */
export function refuseOpening(command: Command, options: OpeningOptions, path: string): void {
  const given = Object.entries(OPENING_NAMES).find(
    ([name]) => options[name as keyof OpeningOptions] !== undefined,
  );
  if (given) command.error(`error: ${given[1]} is for one table; ${path} is a snapshot folder`);
}

/** The other options of a command. */
export function withoutOpening<Options extends OpeningOptions>(
  options: Options,
): Omit<Options, keyof OpeningOptions> {
  const { datetime, instrument, timezone, codes, bareCodes, encoding, strict, ...others } = options;
  return others;
}
