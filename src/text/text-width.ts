/**
 * What takes two places in a terminal: East Asian Wide and Fullwidth (Unicode UAX #11) and emoji. JavaScript has no
 * such property, so the blocks of these scripts are given; a few symbols of other blocks count for one.
 */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** What takes none: controls, combining marks, joiners. */
const NOTHING = /[\p{Cc}\p{Cf}\p{Cs}\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]/u;

/**
 * How many places of a terminal a line of text takes. A function of our own: the usual package builds tables of all
 * emoji when it is imported, which takes longer than a window from the cache.
 */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += NOTHING.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
