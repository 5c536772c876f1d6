import { type Html, html } from "./html.js";

/** The languages of pages. */
export type Language = "en" | "zh";

/** The same in English and Chinese. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

/** Both, of which the page shows the reader's. */
export function both({ en, zh }: Bilingual): Html {
  return en === zh ? html`${en}` : html`<span lang="en">${en}</span><span lang="zh">${zh}</span>`;
}

/** A word of the field that both languages use as it is. */
export const same = (text: string): Bilingual => ({ en: text, zh: text });
