import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What a judge says of one file. */
export type Verdict =
  | { readonly panel: { readonly digest: string; readonly rows: number; readonly empty: number } }
  | { readonly refused: { readonly code: string; readonly message: string } }
  | { readonly fault: string };

/** Bytes. */
export interface Memory {
  /** Asked for in JavaScript's typed arrays: all together, and the most at once. */
  readonly askedInAll: number;
  readonly askedAtOnce: number;
  /** The size of libhdf5's heap, which never shrinks. */
  readonly wasm: number;
  /** By how much the process' address space and resident memory exceeded all that they had been before. */
  readonly reserved: number;
  readonly resident: number;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly memory?: Memory;
}

/** Milliseconds after which a read hangs; far more than any takes, on the slowest machine. */
const PATIENCE_MS = 30_000;
/** A judge is replaced after so many files: libhdf5 instances that came down are never freed by Node. */
const FILES_PER_JUDGE = 1500;
const JUDGE = fileURLToPath(new URL("judge.mjs", import.meta.url));

/** A process that reads files, replaced whenever it dies or hangs. */
export class Judge {
  readonly #modules: string;
  #child: ChildProcess | undefined;
  #files = 0;
  #lastWasm = 0;

  constructor(modules: string) {
    this.#modules = modules;
  }

  async judge(path: string, isHdf5: boolean): Promise<Judgement> {
    if (this.#files >= FILES_PER_JUDGE) this.close();
    this.#child ??= await this.#start();
    this.#files++;
    const judgement = await this.#ask(this.#child, path, isHdf5);
    if (!judgement.memory) {
      this.close();
      return judgement;
    }
    if (!isHdf5) return judgement;
    const grown = judgement.memory.wasm - this.#lastWasm;
    this.#lastWasm = judgement.memory.wasm;
    return { ...judgement, memory: { ...judgement.memory, wasm: grown } };
  }

  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
    this.#files = 0;
    this.#lastWasm = 0;
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(JUDGE, [this.#modules], {
      execArgv: ["--max-old-space-size=256"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) =>
        reject(new Error(`a judge ended with code ${code} before its first file`)),
      );
    });
    child.removeAllListeners("exit");
    return child;
  }

  #ask(child: ChildProcess, path: string, isHdf5: boolean): Promise<Judgement> {
    return new Promise((resolve) => {
      let said = "";
      const hear = (text: Buffer) => {
        said = (said + text.toString()).slice(-2000);
      };
      const finish = (judgement: Judgement) => {
        clearTimeout(timer);
        child.off("message", answer).off("exit", gone);
        child.stderr?.off("data", hear);
        resolve(judgement);
      };
      const answer = (message: unknown) => finish(message as Judgement);
      const gone = (code: number | null, signal: string | null) => {
        finish({ verdict: { fault: `the process died (${signal ?? `exit code ${code}`}): ${said.trim()}` } });
      };
      const timer = setTimeout(
        () => finish({ verdict: { fault: `no answer in ${PATIENCE_MS / 1000} s` } }),
        PATIENCE_MS,
      );
      child.stderr?.on("data", hear);
      child.on("message", answer).on("exit", gone);
      child.send({ id: 0, path, isHdf5 });
    });
  }
}
