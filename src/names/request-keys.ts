import { DataServiceError } from "../errors.js";
import { listNames } from "./field.js";
import { nearestName, suggestion } from "./nearest.js";

/** Every key of a request; the compiler sees to it that none is missing. */
export type RequestKeys<Request> = Readonly<Record<keyof Request & string, true>>;

/**
 * Refuses a request with a key that is none of `known`, which would otherwise be as if it were not there: a
 * misspelled `fields` would give them all. Keys that are undefined do not count.
 * @param call how the error names the call
 * @throws DataServiceError bad-request
 */
export function checkKeys<Request>(
  request: Request,
  known: RequestKeys<NoInfer<Request>>,
  call: string,
): void {
  if (typeof request !== "object" || request === null || Array.isArray(request)) {
    const given = request === null ? "null" : Array.isArray(request) ? "an array" : `a ${typeof request}`;
    throw new DataServiceError("bad-request", `${call}: expected an object of options, got ${given}`);
  }
  for (const [key, value] of Object.entries(request)) {
    if (value === undefined || Object.hasOwn(known, key)) continue;
    const names = Object.keys(known);
    const near = nearestName(key, names);
    const hint = near === undefined ? `; it takes ${listNames(names, 20)}` : suggestion(near);
    throw new DataServiceError("bad-request", `${call}: unknown option "${key}"${hint}`, {
      field: key,
      found: names,
      ...(near !== undefined && { suggestion: near }),
    });
  }
}
