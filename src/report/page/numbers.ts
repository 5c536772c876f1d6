import type { Html } from "./html.js";
import { ABSENT } from "./table.js";

/** A figure with so many decimals; absent where it is not a number, never 0. */
export function decimals(value: number | undefined, digits: number): Html | string {
  if (value === undefined || Number.isNaN(value)) return ABSENT;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return value.toFixed(digits).replace("-", "−");
}

/** A share or return as percent. */
export function percents(value: number | undefined, digits = 1): Html | string {
  const text = decimals(value === undefined ? undefined : value * 100, digits);
  return typeof text === "string" ? `${text}%` : text;
}
