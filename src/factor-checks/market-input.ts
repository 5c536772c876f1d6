import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isNumeric } from "../columns/floats.js";
import type { PanelIndex } from "../keys/panel-index.js";
import { Panel } from "../panel/panel.js";

/** A market, or a changed one, as factors are computed on it; for Python it is written once, when first needed. */
export class MarketInput {
  readonly panel: Panel;
  readonly #written: WrittenMarket;

  private constructor(panel: Panel, written: WrittenMarket) {
    this.panel = panel;
    this.#written = written;
  }

  /** @param folder is made when it is needed */
  static of(panel: Panel, folder: string): MarketInput {
    return new MarketInput(panel, new WrittenMarket(panel, folder));
  }

  get index(): PanelIndex {
    return this.panel.index;
  }

  /** The sessions before the given one, sharing what was written. */
  before(session: number): MarketInput {
    const { index } = this.panel;
    const columns = new Map(
      this.panel.columnNames.map((name) => [name, this.panel.column(name).slice(0, index.startOf(session))]),
    );
    return new MarketInput(new Panel(index.slice(0, session), columns, this.panel.info), this.#written);
  }

  /** Where Python finds it: a folder, and how many of its rows count. */
  forPython(): { readonly input: string; readonly rows: number } {
    return { input: this.#written.folder(), rows: this.panel.rowCount };
  }
}

/** Columns as raw arrays, one after the other, codes and levels beside them: what numpy maps without reading. */
class WrittenMarket {
  readonly #panel: Panel;
  readonly #folder: string;
  #isThere = false;

  constructor(panel: Panel, folder: string) {
    this.#panel = panel;
    this.#folder = folder;
  }

  folder(): string {
    if (this.#isThere) return this.#folder;
    const { index, columnNames } = this.#panel;
    mkdirSync(this.#folder, { recursive: true });
    const names = columnNames.filter((name) => isNumeric(this.#panel.column(name).type));
    const single = names.every((name) => this.#panel.column(name).type === "float32");
    const file = openSync(join(this.#folder, "cells"), "w");
    try {
      for (const name of names) {
        const floats = this.#panel.column(name).floats();
        writeAll(file, bytes(single || floats instanceof Float64Array ? floats : Float64Array.from(floats)));
      }
    } finally {
      closeSync(file);
    }
    writeFileSync(join(this.#folder, "instruments"), bytes(index.codes));
    const sessions = new Int32Array(index.rowCount);
    for (let s = 0; s < index.sessionCount; s++) sessions.fill(s, index.startOf(s), index.startOf(s + 1));
    writeFileSync(join(this.#folder, "sessions"), bytes(sessions));
    writeFileSync(join(this.#folder, "times"), bytes(index.datetimes));
    const about = {
      rows: index.rowCount,
      type: single ? "float32" : "float64",
      columns: names.map((name) => name.replace(/^\$/, "")),
      instruments: index.instruments,
    };
    writeFileSync(join(this.#folder, "input.json"), JSON.stringify(about));
    this.#isThere = true;
    return this.#folder;
  }
}

function bytes(array: Float32Array | Float64Array | Int32Array | BigInt64Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

function writeAll(file: number, buffer: Buffer): void {
  for (let at = 0; at < buffer.length; ) at += writeSync(file, buffer, at);
}
