/** Where the Python server's answer is a fault, and what ours is instead. */
export interface Exception {
  readonly why: string;
  readonly status: number;
  readonly body?: RegExp;
}

interface Asked {
  readonly name: string;
  readonly state: string;
  readonly request: { readonly path: string; readonly headers?: Record<string, string> };
}

const EXCEPTIONS: readonly (Exception & { readonly of: (asked: Asked) => boolean })[] = [
  {
    of: ({ request }) => request.headers?.["If-None-Match"] === "*",
    why: "the Python server has no ETag and sends the whole body again",
    status: 304,
  },
  {
    of: ({ name }) => name === "health CORS preflight",
    why: "the Python server lets pages of any origin read, with credentials; ours lets none unless it is named",
    status: 405,
  },
  {
    of: ({ state, request }) =>
      state === "base" && request.path === "/factors/Alpha%2FBeta%20%E6%AF%94%E7%8E%87",
    why: "a factor whose name has a slash cannot be reached there",
    status: 200,
    body: /^\{"name":"Alpha\/Beta 比率"/,
  },
  {
    of: ({ name }) => name === "bundle dot" || name === "bundle dotdot",
    why: "the Python server zips the folder above, with the registry",
    status: 404,
    body: /^\{"detail":"Bundle \.{1,2} not found"\}$/,
  },
  {
    of: ({ name }) => name === "artifacts edge: loop huge" || name === "artifacts edge: loop int64 max+1",
    why: "a number that no loop can have is a fault of the request, not of the server",
    status: 422,
    body: /64 bits/,
  },
  {
    of: ({ name }) => name === "incremental unescaped plus",
    why: "the Python server compares times as text, so that a blank for the plus repeats the last row",
    status: 200,
    body: /"count":12,/,
  },
  {
    of: ({ state }) => state === "lone-surrogate",
    why: "a lone surrogate, which UTF-8 cannot hold, is escaped",
    status: 200,
    body: /"lone":"\\ud83d"/,
  },
  {
    of: ({ state, name }) => state === "no-registry" && name !== "health",
    why: "the Python server makes an empty registry where there is none",
    status: 503,
    body: /^\{"detail":"registry not found"\}$/,
  },
  {
    of: ({ state, name }) => state === "registry-garbage" && name === "incremental",
    why: "the Python server answers with bare text",
    status: 500,
    body: /^\{"detail":"registry query failed: file is not a database"\}$/,
  },
  {
    of: ({ name }) => name === "openapi paths",
    why: "our document has our routes; a test of its own looks for the Python server's",
    status: 200,
  },
  {
    of: ({ name }) => name.startsWith("HEAD-only "),
    why: "routes of a later version, which read logs and delete tasks",
    status: 404,
    body: /^\{"detail":"Not Found"\}$/,
  },
];

export function exceptionOf(asked: Asked): Exception | undefined {
  return EXCEPTIONS.find(({ of }) => of(asked));
}
