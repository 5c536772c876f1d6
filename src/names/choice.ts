import { DataServiceError } from "../errors.js";
import { listNames } from "./field.js";
import { nearestName, suggestion } from "./nearest.js";

/**
 * Refuses a value that is none of `choices`, which would otherwise be as if another had been given: a misspelled
 * `compat` would give qlib's numbers.
 * @param what how the error names the option, such as `join: how`
 * @throws DataServiceError bad-request
 */
export function checkChoice<Choice extends string>(
  value: Choice,
  choices: readonly Choice[],
  what: string,
): void {
  if (choices.includes(value)) return;
  const given = typeof value === "string" ? `"${value}"` : String(value);
  const near = typeof value === "string" ? nearestName(value, choices) : undefined;
  throw new DataServiceError(
    "bad-request",
    `${what} ${given} is not known; it is ${listNames(choices, choices.length)}${suggestion(near)}`,
    { found: choices, ...(near !== undefined && { suggestion: near }) },
  );
}
