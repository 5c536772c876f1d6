import * as aq from "arquero";
import * as dfd from "danfojs-node";
import pl from "nodejs-polars";
import { expect, it } from "vitest";
import { toArquero } from "#src/interop/arquero.js";
import { toDanfo } from "#src/interop/danfo.js";
import { toPolars } from "#src/interop/polars.js";
import { panelFromColumns } from "#src/open/panel-from-columns.js";

it("a column of a key's name does not take the key's place in a frame", () => {
  const panel = panelFromColumns({
    datetime: ["2020-01-02"],
    instrument: ["A"],
    columns: { datetime: Float32Array.of(1) },
  });
  for (const [call, act] of [
    ["toArquero", () => toArquero(panel, aq)],
    ["toDanfo", () => toDanfo(panel, dfd)],
    ["toPolars", () => toPolars(panel, pl)],
  ] as const) {
    expect(act).toThrow(`${call}: a column "datetime" beside the key of that name; rename it`);
  }
});
