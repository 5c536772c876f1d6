import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";
/** Why tests in a browser are skipped, or undefined where one is installed. */
export const noBrowser = existsSync(CHROMIUM) ? undefined : `no ${CHROMIUM}: install Debian's chromium`;

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

/** A page that records what it should not do: ask for anything, or complain. */
export async function watchedPage(
  browser: Browser,
  width = 1200,
  height = 900,
): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ viewport: { width, height } });
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => {
    if (!/^(file|data|about|http:\/\/127\.0\.0\.1)/.test(request.url()))
      faults.push(`asks for ${request.url()}`);
  });
  return { page, faults };
}
