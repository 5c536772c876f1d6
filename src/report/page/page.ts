import { sha256 } from "../../crypto.js";
import { type Bilingual, both, type Language } from "./bilingual.js";
import { type Html, html, Html as Markup } from "./html.js";
import { SCRIPT } from "./script.js";
import { STYLE } from "./style.js";

export interface PageParts {
  readonly title: Bilingual;
  readonly body: Html | readonly Html[];
  /** Below everything: what the page was made from. */
  readonly footer?: Html;
  /** The language it opens in; the reader's own where omitted. */
  readonly language?: Language | undefined;
}

/**
 * One HTML file that needs nothing else: it opens without a network, and its policy forbids to ask for one. Only its own
 * script runs, known by its hash.
 */
export function page({ title, body, footer, language }: PageParts): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${scriptHash()}'`;
  return `<!doctype html>
${html`<html lang="${language === "zh" ? "zh-CN" : "en"}" data-lang="${language ?? "en"}"${language !== undefined && Markup.trusted(' data-fixed="1"')}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title[language ?? "en"]}</title>
<style>${Markup.trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">${both({ en: "To the contents", zh: "跳到正文" })}</a>
<header><h1>${both(title)}</h1>
<button id="lang" type="button">${both({ en: "中文", zh: "English" })}</button>
<button id="theme" type="button">${both({ en: "Dark / light", zh: "深色/浅色" })}</button></header>
<main id="main">
${body}
</main>
${footer !== undefined && html`<footer>${footer}</footer>`}
${scriptElement()}
</body>
</html>`}
`;
}

/** Not within a tagged template, which builds take apart where it ends a script. */
function scriptElement(): Html {
  return Markup.trusted(`<script>${SCRIPT}</script>`);
}

function scriptHash(): string {
  return Buffer.from(sha256(SCRIPT), "hex").toString("base64");
}
