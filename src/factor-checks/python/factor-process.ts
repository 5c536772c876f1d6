import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { DataServiceError } from "../../errors.js";
import { findInterpreter } from "./interpreter.js";

/** What limits a call. */
export interface CallLimits {
  /** 60 by default. */
  readonly seconds: number;
  /** What it may take beyond what importing took; 4 GB by default. */
  readonly memoryBytes: number;
}

/** One call, as the runner takes it. */
export interface CallRequest {
  readonly style: "frame" | "workspace" | "script";
  readonly module?: string;
  readonly function?: string;
  /** The path of a factor.py. */
  readonly script?: string;
  /** Where the input lies, and how many of its first rows count. */
  readonly input: string;
  readonly rows?: number | undefined;
  /** Whether column names have a `$`; the other spelling is tried on a KeyError. */
  readonly dollar: boolean;
  readonly seed: number;
  /** How often it is called in one process; the last result counts. */
  readonly times: number;
  readonly limits: CallLimits;
  /** Files laid into its folder before. */
  readonly prepare?: ((scratch: string) => void) | undefined;
}

export interface ToldError {
  readonly type: string;
  readonly message: string;
  readonly traceback: string;
  readonly missing?: string | null;
}

/** What the runner says of a call. */
export interface CallAnswer {
  readonly outcome:
    | "values"
    | "not-a-frame"
    | "wrong-index"
    | "not-implemented"
    | "raised"
    | "timeout"
    | "out-of-memory"
    | "crashed";
  readonly seconds: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: readonly string[];
  readonly mutates?: boolean;
  readonly leavesProcesses: boolean;
  readonly error?: ToldError;
  readonly kind?: "Series" | "DataFrame";
  readonly name?: string | null;
  readonly columns?: readonly string[];
  readonly types?: readonly string[];
  readonly levels?: readonly (string | null)[];
  readonly rows?: number;
  readonly same?: boolean;
  readonly sorted?: boolean;
  readonly extraLevel?: boolean;
  /** By column, the type its cells are stored in; null where they are no numbers. */
  readonly stored?: readonly ("float32" | "float64" | null)[];
  readonly dollar?: boolean;
  /** The folder of its files: values, sessions, instruments. */
  readonly out: string;
}

export interface LibraryContents {
  readonly modules: Readonly<Record<string, ModuleContents>>;
  readonly failed: Readonly<Record<string, ToldError>>;
  readonly version: string | null;
}

export interface ModuleContents {
  readonly functions: Readonly<
    Record<string, { readonly parameters: number; readonly dollar: boolean; readonly hash: string }>
  >;
  readonly classes: readonly string[];
}

/** Importing may compile and read much. */
const IMPORT_SECONDS = 120;
const FILE_BYTES = 2 ** 33;

/** A Python process that has imported a factor library and forks for every call. */
export class FactorProcess {
  readonly #child: ChildProcess;
  readonly #scratch: string;
  readonly #waiting = new Map<number, { resolve(answer: unknown): void; reject(error: unknown): void }>();
  #next = 0;
  /** Calls that may still begin, and those that wait for one to end. */
  #free: number;
  readonly #queue: (() => void)[] = [];
  #stderr = "";
  #unread = "";

  private constructor(child: ChildProcess, scratch: string, parallel: number) {
    this.#child = child;
    this.#free = parallel;
    this.#scratch = scratch;
    const answers = child.stdio[4] as Readable;
    answers.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4000);
    });
    child.on("error", (error) => this.#fail(error.message));
    child.on("exit", (code, signal) => this.#fail(`it ended with ${signal ?? `exit code ${code}`}`));
    (child.stdio[3] as Writable).on("error", () => {}); // the end of the process is told by its exit
  }

  /**
   * @param scratch a folder that calls get folders in; the caller removes it
   * @param parallel how many calls run at a time; by default as many as there are cores
   * @throws DataServiceError not-found (no Python with pandas)
   */
  static async start(
    scratch: string,
    {
      python,
      parallel = availableParallelism(),
    }: { python?: string | undefined; parallel?: number | undefined } = {},
  ): Promise<FactorProcess> {
    const interpreter = await findInterpreter(python);
    const script = fileURLToPath(new URL("./factor-runner.py", import.meta.url));
    const child = spawn(interpreter, ["-B", script], {
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
      env: {
        ...process.env,
        PYTHONHASHSEED: "0",
        PYTHONDONTWRITEBYTECODE: "1",
        OMP_NUM_THREADS: "1",
        OPENBLAS_NUM_THREADS: "1",
        MKL_NUM_THREADS: "1",
      },
    });
    return new FactorProcess(child, scratch, parallel);
  }

  /** Imports a package and its modules. @throws DataServiceError thread-failed (the process ended), timeout */
  async import(path: string, name: string): Promise<LibraryContents> {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 1000 * IMPORT_SECONDS);
    try {
      return (await this.#ask({ op: "import", path, package: name })) as LibraryContents;
    } finally {
      clearTimeout(late);
    }
  }

  /** Runs one call; it waits where as many run as may. @throws DataServiceError thread-failed (the process ended) */
  async call({ prepare, limits, ...request }: CallRequest): Promise<CallAnswer> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((begin) => this.#queue.push(begin));
    try {
      return await this.#callNow({ prepare, limits, ...request });
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#free++;
    }
  }

  async #callNow({ prepare, limits, ...request }: CallRequest): Promise<CallAnswer> {
    const folder = join(this.#scratch, `call-${this.#next}`);
    const [scratch, out] = [join(folder, "work"), join(folder, "out")];
    for (const made of [scratch, out]) mkdirSync(made, { recursive: true });
    prepare?.(scratch);
    const { seconds, memoryBytes } = limits;
    const asked = {
      ...request,
      op: "call",
      scratch,
      out,
      seconds,
      memory: memoryBytes,
      fileBytes: FILE_BYTES,
    };
    const answer = (await this.#ask(asked)) as Omit<CallAnswer, "out">;
    return { ...answer, out };
  }

  /** Ends the process and what it still runs. */
  close(): void {
    this.#child.kill("SIGKILL");
    (this.#child.stdio[3] as Writable).destroy();
  }

  #ask(request: object): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        reject(this.#ended("it has ended"));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      (this.#child.stdio[3] as Writable).write(`${JSON.stringify({ ...request, id })}\n`);
    });
  }

  #take(text: string): void {
    const lines = (this.#unread + text).split("\n");
    this.#unread = lines.pop()!;
    for (const line of lines) {
      const answer = JSON.parse(line) as { id: number };
      this.#waiting.get(answer.id)?.resolve(answer);
      this.#waiting.delete(answer.id);
    }
  }

  #fail(problem: string): void {
    for (const { reject } of this.#waiting.values()) reject(this.#ended(problem));
    this.#waiting.clear();
  }

  #ended(problem: string): DataServiceError {
    const last = this.#stderr.trim().split("\n").slice(-3).join(" | ");
    return new DataServiceError(
      "thread-failed",
      `the Python process of the factor library is gone: ${problem}${last ? `; it said: ${last}` : ""}`,
    );
  }
}
