const TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[-+]\d{2}:?\d{2}(?::?\d{2})?)?$/i;

/**
 * The instant that a text of the research side names, in microseconds since 1970, as it compares times as text and so
 * gets it wrong: Python leaves the microseconds out where they are 0, and writes `Z` or `+00:00`. Without a zone it is UTC.
 * Undefined where the text is no time.
 */
export function utcMicroseconds(text: string | null | undefined): number | undefined {
  const parts = TIME.exec(text?.trim() ?? "");
  if (!parts) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = parts;
  const milliseconds = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (new Date(milliseconds).getUTCDate() !== Number(day)) return undefined; // 31 February
  const micros = Number(fraction.padEnd(6, "0").slice(0, 6));
  return milliseconds * 1000 + micros - zoneMicroseconds(zone);
}

function zoneMicroseconds(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const [hours = "0", minutes = "0", seconds = "0"] = zone.slice(1).match(/\d{2}/g) ?? [];
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return (zone[0] === "-" ? -size : size) * 1_000_000;
}

/** Now, as Python's `datetime.now(timezone.utc).isoformat()` prints it; the clock has milliseconds. */
export function utcNow(): string {
  return utcText(Date.now() * 1000);
}

/** An instant as Python prints it: without the microseconds where they are 0. */
export function utcText(microseconds: number): string {
  const whole = new Date(Math.floor(microseconds / 1_000_000) * 1000).toISOString().slice(0, 19);
  const micros = microseconds - Math.floor(microseconds / 1_000_000) * 1_000_000;
  return `${whole}${micros === 0 ? "" : `.${String(micros).padStart(6, "0")}`}+00:00`;
}
