import { useWords } from "../app-state.ts";

/** A figure with so many decimals; absent ones are shown as absent, never as 0. */
export function Figure({
  value,
  digits = 3,
  percent = false,
}: {
  value: unknown;
  digits?: number;
  percent?: boolean;
}) {
  const word = useWords();
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return (
      <span class="muted">
        <span aria-hidden="true">–</span>
        <span class="unseen">{word("absent")}</span>
      </span>
    );
  }
  const text = (percent ? value * 100 : value).toFixed(digits).replace("-", "−");
  return <>{percent ? `${text}%` : text}</>;
}

/** A time of UTC, to the minute. */
export const timeText = (utc: string | null | undefined): string =>
  utc ? utc.replace("T", " ").slice(0, 16) : "–";

export function sizeText(bytes: number | null): string {
  if (bytes === null) return "–";
  for (const [unit, size] of [
    ["GB", 1e9],
    ["MB", 1e6],
    ["kB", 1e3],
  ] as const) {
    if (bytes >= size) return `${(bytes / size).toFixed(1)} ${unit}`;
  }
  return `${bytes} B`;
}
