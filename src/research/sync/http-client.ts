import { DataServiceError } from "../../errors.js";
import { TransientError } from "./results-source.js";

export interface HttpOptions {
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
  /** How long no byte may come before the connection is given up, in milliseconds; 30 s by default. */
  readonly timeoutMs?: number;
}

/** An answer whose body is still coming. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** @throws TransientError where it stalls or is cut off */
  readonly chunks: AsyncIterable<Uint8Array>;
}

const DEFAULT_TIMEOUT = 30_000;
const LOCAL = /^(localhost|127\.|\[::1\])/;

/** Asks one server for JSON, and says in this library's words what goes wrong. */
export class HttpClient {
  readonly #base: string;
  readonly #options: HttpOptions;

  /** @throws DataServiceError bad-request */
  constructor(address: string, options: HttpOptions = {}) {
    if (!/^https?:$/.test(URL.canParse(address) ? new URL(address).protocol : "")) {
      throw new DataServiceError(
        "bad-request",
        `"${address}" is no address of a results API; write http://host:9000`,
      );
    }
    this.#base = address.replace(/\/+$/, "");
    this.#options = options;
  }

  get base(): string {
    return this.#base;
  }

  /**
   * Asks for a path.
   * @throws TransientError (no answer, 429, 5xx), DataServiceError read-failed (it asks for a token, redirects), cancelled
   */
  async get(path: string, signal: AbortSignal, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const url = this.#base + path;
    const stall = new Stall(this.#options.timeoutMs ?? DEFAULT_TIMEOUT);
    const { token } = this.#options;
    // On one machine compressing takes longer than sending.
    const coding: Record<string, string> = LOCAL.test(new URL(url).host)
      ? { "accept-encoding": "identity" }
      : {};
    let response: Response;
    try {
      response = await fetch(url, {
        redirect: "manual",
        signal: AbortSignal.any([signal, stall.signal]),
        headers: {
          accept: "application/json",
          ...coding,
          ...headers,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
      });
    } catch (error) {
      stall.end();
      throw this.#trouble(url, stall, signal, error);
    }
    try {
      refuse(url, response);
    } catch (error) {
      stall.end();
      await response.body?.cancel();
      throw error;
    }
    return {
      status: response.status,
      headers: response.headers,
      chunks: this.#chunks(url, response, stall, signal),
    };
  }

  /** A small answer's JSON. */
  async json(path: string, signal: AbortSignal): Promise<{ status: number; value: unknown; text: string }> {
    const answer = await this.get(path, signal);
    const pieces: Uint8Array[] = [];
    for await (const chunk of answer.chunks) pieces.push(chunk);
    const text = Buffer.concat(pieces).toString("utf8");
    try {
      return { status: answer.status, value: JSON.parse(text) as unknown, text };
    } catch {
      return { status: answer.status, value: undefined, text };
    }
  }

  async *#chunks(
    url: string,
    response: Response,
    stall: Stall,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        stall.restart();
        yield chunk;
      }
    } catch (error) {
      throw this.#trouble(url, stall, signal, error);
    } finally {
      stall.end();
    }
  }

  #trouble(url: string, stall: Stall, signal: AbortSignal, cause: unknown): Error {
    if (signal.aborted) {
      return signal.reason instanceof Error
        ? signal.reason
        : new DataServiceError("cancelled", `${url}: cancelled`);
    }
    if (stall.signal.aborted) {
      return new TransientError(`${url}: nothing came for ${stall.milliseconds} ms`, { cause });
    }
    const inner = (cause as { cause?: { code?: string; message?: string } }).cause;
    const why = inner?.code ?? inner?.message ?? (cause instanceof Error ? cause.message : String(cause));
    return new TransientError(`${url}: ${why}`, { cause });
  }
}

/** @throws TransientError, DataServiceError */
function refuse(url: string, response: Response): void {
  const { status, headers } = response;
  if (status === 429 || status >= 500) {
    const seconds = Number(headers.get("retry-after") ?? Number.NaN);
    throw new TransientError(`${url} answers ${status}`, {
      pause: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    });
  }
  if (status === 401 || status === 403) {
    throw new DataServiceError(
      "read-failed",
      `${url} asks for a token (${status}); give the one that its server was started with`,
    );
  }
  if (status >= 300 && status < 400 && status !== 304) {
    throw new DataServiceError(
      "read-failed",
      `${url} redirects to ${headers.get("location") ?? "elsewhere"}; give the address of the results API itself`,
    );
  }
  const type = headers.get("content-type") ?? "";
  if (/html/i.test(type)) {
    throw new DataServiceError(
      "unknown-format",
      `${url} answers with a web page (${type}), and is no results API; check the address`,
    );
  }
}

/** Ends a request for which nothing comes. */
class Stall {
  readonly milliseconds: number;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(), this.milliseconds);
  }
}
