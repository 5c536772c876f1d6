import type { Advice, AdviceCode, DataServiceError } from "../errors.js";
import type { PanelNote } from "../panel/notes.js";

/** What the library advises callers of its functions, and what that is on the command line; a test asks the commands for these. */
const IN_OPTIONS: Readonly<Record<AdviceCode, string>> = {
  "skip-unknown": "--skip-unknown leaves",
  "set-on-conflict": "set --on-conflict:",
  "max-loss": "--max-loss",
  "target-freq": "the option --target-freq",
  "name-label": "name it in --labels",
  "leave-out-column": "leave it out with convert -c",
  "select-others": "leave it out with -c",
  "fill-gaps": "--nan-policy ffill leaves",
  "leave-adjust-out": "leave --adjust out",
  "time-limit": "ms of --timeout",
  "memory-limit": "give sql more --memory",
  "give-values": "write the values into the query",
  "fewer-threads": "compute fewer",
  "no-benchmark": "or --benchmark none",
  "open-folder": "or give the folder to window, fields or sql",
  "choose-base": "give the one whose rows a window is to have the name daily_pv, or minute_1min for minutes",
  "list-fields": "aistock-data fields DIR lists",
  times: "",
};

/** A message of the library with its advice in the words of the command line. */
export function inOptions(message: string, advice: Advice | undefined): string {
  return advice === undefined ? message : message.replace(advice.words, IN_OPTIONS[advice.code]);
}

/** What an error of the library says, in the words of the command line. */
export function messageOf({ message, details }: DataServiceError): string {
  return inOptions(message, details.advice);
}

/** The sentence of a note, in the words of the command line. */
export function sentenceOf({ fields, tell, advice }: PanelNote): string {
  return inOptions(tell(fields), advice);
}
