import { visibleLines } from "../text/visible.js";

/** Most of a message that is shown: its names come from files. */
const MOST_CHARACTERS = 4000;

/** Prints lines for people on stdout. What stands in them from files cannot command the terminal. */
export function tell(text: string): void {
  process.stdout.write(visibleLines(text));
}

/** The same on stderr, beside the output. */
export function tellBeside(text: string): void {
  process.stderr.write(visibleLines(text));
}

/** Tells people, beside the output, what they should know: in one line, but for a place in an expression or a list. */
export function say(text: string): void {
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  process.stderr.write(`aistock-data: ${visibleLines(cut)}\n`);
}
