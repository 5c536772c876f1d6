import type { ColumnData, ColumnSource, ColumnType } from "./table.js";

/** A column that holds what a panel cannot: whoever reads it is told so, and the others of its table can be read. */
export class RefusedColumn implements ColumnSource {
  constructor(
    readonly type: ColumnType,
    readonly length: number,
    /** What is thrown, or makes it. */
    readonly reason: unknown,
  ) {}

  get refusal(): string {
    const error = this.#error();
    return error instanceof Error ? error.message : String(error);
  }

  read(): ColumnData {
    throw this.#error();
  }

  #error(): unknown {
    return typeof this.reason === "function" ? this.reason() : this.reason;
  }

  gather(): ColumnData {
    return this.read();
  }
}
