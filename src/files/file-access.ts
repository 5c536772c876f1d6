import { DataServiceError } from "../errors.js";

/** Whether the system said no to a call on a file. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "errno" in error;
}

/**
 * Runs `use`, which looks at, lists or reads one file or folder. What the system says when it refuses becomes an error
 * of ours; anything else goes through.
 * @param label how errors name the file or folder
 * @throws DataServiceError not-found, is-directory, read-failed
 */
export function accessing<T>(label: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    throw isSystemError(cause) ? refusal(label, cause) : cause;
  }
}

function refusal(label: string, cause: NodeJS.ErrnoException): DataServiceError {
  const details = { path: label };
  switch (cause.code) {
    case "ENOENT":
      return new DataServiceError("not-found", `${label}: no such file; check the path`, details, cause);
    case "ENOTDIR":
      return new DataServiceError(
        "not-found",
        `${label}: a file where a folder is expected; check the path`,
        details,
        cause,
      );
    case "EISDIR":
      return new DataServiceError(
        "is-directory",
        `${label} is a directory; name a file in it`,
        details,
        cause,
      );
    default: {
      const what = REFUSALS[cause.code ?? ""] ?? `${cause.message}; check the path and the disk`;
      return new DataServiceError("read-failed", `${label}: cannot be read: ${what}`, details, cause);
    }
  }
}

const DENIED = "permission denied; give this user the right to read it";
const TOO_MANY = "too many files are open; close some, or let the process open more (ulimit -n)";

/** What was found and what to do. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EMFILE: TOO_MANY,
  ENFILE: TOO_MANY,
};
