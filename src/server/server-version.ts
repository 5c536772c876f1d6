import { readFileSync } from "node:fs";

/** This package's version. The build joins modules into files one folder higher than their sources. */
export function serverVersion(): string {
  for (const place of ["../package.json", "../../package.json"]) {
    try {
      const text = readFileSync(new URL(place, import.meta.url), "utf8");
      const { name, version } = JSON.parse(text) as { name: string; version: string };
      if (name === "@aistock/data-service") return version;
    } catch {
      // not there: the other place
    }
  }
  return "unknown";
}
