import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createAdaptorServer } from "@hono/node-server";
import { DataServiceError } from "../../errors.js";
import type { Store } from "../../research/store/store.js";
import type { Snapshot } from "../../snapshot/snapshot.js";
import { Jobs } from "./jobs.js";
import { libraryApi } from "./library-api.js";
import type { LibrarySources } from "./library-route.js";
import { Pages } from "./pages.js";
import { ServedFiles } from "./served-files.js";
import { WorkspaceFiles } from "./workspace-files.js";

export interface ServeLibraryOptions {
  /** Or why it cannot be read: the pages are served all the same, and say so. */
  readonly store: Store | { readonly problem: string };
  /** 4870 by default; 0 takes any that is free. */
  readonly port?: number;
  /** 127.0.0.1 by default: only this machine. Elsewhere a token is needed. */
  readonly host?: string;
  /** Made at random where one is needed and none is given. */
  readonly token?: string | undefined;
  /** Folders whose files may be handed out where the store names them. */
  readonly roots?: readonly string[];
  /** The package's version, shown on the overview. */
  readonly version: string;
  /** What values of factors are computed from. */
  readonly snapshot?: Snapshot | undefined;
  /** The folder of factor functions (that with VERSION) whose source may be shown. */
  readonly factorPackage?: string | undefined;
  /** Where the built pages are; beside this program where omitted. */
  readonly pages?: string;
}

export interface LibraryServer {
  /** What to open; with the token where one is needed. */
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1"]);

/**
 * Serves the library: the pages and their API, from one process that opens no other connection.
 * @throws DataServiceError bad-request: the address is taken or not of this machine
 */
export async function serveLibrary(options: ServeLibraryOptions): Promise<LibraryServer> {
  const { store, port = 4870, host = "127.0.0.1", roots = [], version } = options;
  const isLocal = LOOPBACK.has(host);
  const token = options.token ?? (isLocal ? undefined : randomBytes(16).toString("hex"));
  const app = libraryApi({
    sources: "problem" in store ? { problem: store.problem, version } : sourcesOf(store, roots, options),
    pages: new Pages(options.pages ?? fileURLToPath(new URL("./web", import.meta.url))),
    token,
    hosts: isLocal ? [] : [host.toLowerCase()],
  });
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(addressProblem(host, port, error)));
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const address = `http://${host.includes(":") ? `[${host}]` : host}:${bound}/`;
  return {
    url: token === undefined ? address : `${address}?token=${token}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

function sourcesOf(store: Store, roots: readonly string[], options: ServeLibraryOptions): LibrarySources {
  const { version, snapshot, factorPackage } = options;
  return {
    ...{ store, version, snapshot, factorPackage },
    jobs: new Jobs(store),
    files: new WorkspaceFiles(new ServedFiles(roots), roots, store.pathMap),
  };
}

function addressProblem(host: string, port: number, error: NodeJS.ErrnoException): DataServiceError {
  const why = error.code === "EADDRINUSE" ? "another program serves there" : error.message;
  return new DataServiceError(
    "bad-request",
    `cannot serve at ${host}:${port}: ${why}; choose another --port`,
    {},
    error,
  );
}
