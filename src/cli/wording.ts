/**
 * What the library tells callers of its functions to do, and what that is on the command line. The library's errors are
 * written once, for its own callers; a test asks the commands for each of these.
 */
const WORDS: readonly (readonly [said: string | RegExp, instead: string])[] = [
  ['onUnknown: "skip" leaves', "--skip-unknown leaves"],
  ["set onConflict:", "set --on-conflict:"],
  [/\bmaxLoss\b/, "--max-loss"],
  ['the option "targetFreq"', "the option --target-freq"],
  ["name it in labels", "name it in --labels"],
  ["leave it out with select", "leave it out with -c"],
  ["leave it out with columns", "leave it out with convert -c"],
  ['nanPolicy: "ffill" leaves', "--nan-policy ffill leaves"],
  ["leave adjust out", "leave --adjust out"],
  ["ms of timeoutMs", "ms of --timeout"],
  ["give sql more memoryLimit", "give sql more --memory"],
  [/give every \? a value: .*/, "write the values into the query"],
  [/give every parameter a value: .*/, "write the values into the query"],
  ["compute with threads: 1, or fewer", "compute fewer"],
  ["or all with openSnapshot", "or give the folder to window, fields or sql"],
  [
    /choose one with openSnapshot\(.*\)/,
    "give the one whose rows a window is to have the name daily_pv, or minute_1min for minutes",
  ],
  ["snapshot.fields() lists", "aistock-data fields DIR lists"],
  [", a Date, or epoch nanoseconds as a bigint", ""],
];

/** A message of the library in the words of the command line. */
export function inOptions(message: string): string {
  return WORDS.reduce((text, [said, instead]) => text.replace(said, instead), message);
}

/** Tells people, beside the output, what they should know. */
export function say(note: string): void {
  process.stderr.write(`aistock-data: ${inOptions(note)}\n`);
}
