import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { DataServiceError } from "../errors.js";
import { createResultsApi, type ResultsApiOptions } from "./results-api.js";

/** Where a server listens. */
export interface ServeOptions extends ResultsApiOptions {
  /** 9000 by default; 0 takes any that is free. */
  readonly port?: number;
  /** 127.0.0.1 by default: only this machine. */
  readonly host?: string;
}

/** A server of the results API that listens. */
export interface ResultsServer {
  readonly url: string;
  /** Lets the requests that are being answered end, then closes what they read. */
  close(): Promise<void>;
}

/**
 * Serves the results API over HTTP.
 * @throws DataServiceError bad-request: the address is taken or not of this machine
 */
export async function serveResults(options: ServeOptions): Promise<ResultsServer> {
  const { port = 9000, host = "127.0.0.1" } = options;
  const api = createResultsApi(options);
  const server = createAdaptorServer({ fetch: api.app.fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(addressProblem(host, port, error)));
    server.listen(port, host, resolve);
  });
  const { port: bound, address, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeIdleConnections" in server) server.closeIdleConnections();
      });
      await api.close();
    },
  };
}

function addressProblem(host: string, port: number, error: NodeJS.ErrnoException): DataServiceError {
  const why = error.code === "EADDRINUSE" ? "another program serves there" : error.message;
  const advice = "choose another port, or 0 for any that is free";
  return new DataServiceError("bad-request", `cannot serve at ${host}:${port}: ${why}; ${advice}`, {}, error);
}
