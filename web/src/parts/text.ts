/** A record's field as text; "" where it is absent. */
export const text = (value: unknown): string =>
  value === null || value === undefined
    ? ""
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);

/** A list's members, one after the other. */
export const listText = (value: unknown): string =>
  Array.isArray(value) ? value.map(text).join(", ") : text(value);

/** How long ago a time of UTC is, in the largest unit that fits. */
export function ageText(utc: string, language: "en" | "zh"): string {
  const minutes = (Date.parse(utc) - Date.now()) / 60_000;
  const format = new Intl.RelativeTimeFormat(language === "zh" ? "zh-CN" : "en", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return format.format(Math.round(minutes), "minute");
  if (Math.abs(minutes) < 48 * 60) return format.format(Math.round(minutes / 60), "hour");
  return format.format(Math.round(minutes / (24 * 60)), "day");
}
