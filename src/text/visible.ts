/**
 * What a terminal obeys or hides: control characters (ESC begins a command, a carriage return writes over a line), marks
 * that turn the direction of text, separators of lines, and halves of characters.
 */
const COMMANDS = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
/** Characters that are shown of a name or a cell. */
const MOST_CHARACTERS = 1000;

function shown(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Text of a file or a caller in one line for a person: what would command the terminal is shown, and much of it is cut. */
export function visible(text: string, most = MOST_CHARACTERS): string {
  const cut = text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text;
  return cut.replace(COMMANDS, shown);
}

/** Lines for a person, whose ends stay. */
export function visibleLines(text: string): string {
  return text.replace(COMMANDS, (character) => (character === "\n" ? character : shown(character)));
}
