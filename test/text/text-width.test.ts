import stringWidth from "string-width";
import { expect, it } from "vitest";
import { textWidth } from "#src/text/text-width.js";

it.each([
  ["", 0],
  ["close $Ref(x, 1)~", 17],
  ["平安银行", 8],
  ["A股，ＡＢ。", 11],
  ["ひらカタ한글㈱", 14],
  ["𠮷野家", 6],
  ["é e\u0301 ñ", 5],
  ["a\u200b\u00adb\n", 2],
  ["Ω≈½…ｶﾅ", 6],
  ["📈🀄", 4],
])("%j takes %i places in a terminal", (text, width) => {
  expect(textWidth(text)).toBe(width);
});

it("is what string-width says of every letter, mark and punctuation, one by one", () => {
  const other: string[] = [];
  for (let code = 0; code < 0x110000; code++) {
    const character = String.fromCodePoint(code);
    if (!/[\p{L}\p{M}\p{P}]/u.test(character)) continue;
    if (textWidth(character) !== stringWidth(character)) other.push(code.toString(16));
  }
  expect(other).toEqual([]);
});
