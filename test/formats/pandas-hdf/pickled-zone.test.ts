import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { storedZone } from "#src/formats/pandas-hdf/zone.js";
import { parsePickle } from "#src/formats/pickle/attribute.js";
import { openPanel } from "#src/index.js";
import { isoNs } from "#src/time.js";
import { scratchFolder } from "../../scratch-folder.js";

const ZONES = "data-fixtures/zones";
/** The wall clock that pandas reads back, by file. */
const expected = JSON.parse(readFileSync(`${ZONES}/expected.json`, "utf8")) as Record<string, string[]>;
const folder = scratchFolder();

describe("a zone that pandas pickled, since it has no name for it", () => {
  it.each([
    ["pytz_offset", "+08:00"],
    ["datetime_offset", "-03:30"],
    ["named_offset", "+08:00"],
    ["pytz_utc", "UTC"],
    ["datetime_utc", "UTC"],
    ["dateutil_utc", "UTC"],
    ["zoneinfo", "Asia/Shanghai"],
  ])("of the index, %s: its clocks show the times", async (name, zone) => {
    const { index } = await openPanel(`${ZONES}/${name}.index.table.h5`);
    expect(index.timezone).toBe(zone);
    expect(Array.from(index.datetimes, isoNs)).toEqual(expected[`${name}.index.table`]);
  });

  it.each(["table", "fixed"])("of a column in %s format", async (format) => {
    const { values } = (await openPanel(`${ZONES}/pytz_offset.column.${format}.h5`)).column("when");
    expect(Array.from(values as BigInt64Array, isoNs)).toEqual(expected[`pytz_offset.column.${format}`]);
  });

  it.each(["h5", "parquet", "arrow"])("is kept in %s", async (extension) => {
    const panel = await openPanel(`${ZONES}/pytz_offset.index.table.h5`);
    const path = `${folder}/zoned.${extension}`;
    await panel.write(path);
    const { index } = await openPanel(path);
    expect([index.timezone, index.datetimes]).toEqual(["+08:00", panel.index.datetimes]);
  });

  it.each([
    "seconds.index.table",
    "dateutil_offset.index.table",
    "dateutil_offset.column.table",
    "dateutil_offset.column.fixed",
  ])("is refused where it is not understood, never dropped: %s", async (name) => {
    await expect(
      openPanel(`${ZONES}/${name}.h5`).then((panel) =>
        panel.columnNames.map((name) => panel.column(name).values),
      ),
    ).rejects.toMatchObject({
      code: "unsupported",
      message: `${ZONES}/${name}.h5: its datetimes are in a time zone that pandas pickled as a Python object, which cannot be read; write the file again with an IANA zone or without one`,
    });
  });

  it("is refused where the pickle is of anything else", () => {
    for (const pickle of [
      "cpytz\nFixedOffset\np0\n(Va\ntR.",
      "cpytz\nFixedOffset\np0\n(I1440\ntR.",
      "cpytz\nFixedOffset\n.",
      "cposix\nsystem\np0\n(VUTC\ntR.",
      "c__builtin__\ngetattr\n(cposix\nZoneInfo\nV_unpickle\ntR(VUTC\nI1\ntR.",
      "c__builtin__\ngetattr\n(czoneinfo\nZoneInfo\nVno_cache\ntR(VUTC\nI1\ntR.",
      "ccopy_reg\n_reconstructor\n(cdateutil.tz.tz\ntzlocal\ncdatetime\ntzinfo\nNtR.",
      "cdatetime\ntimezone\n(cdatetime\ntimedelta\n(I0\nI28800\nI7\ntRtR.",
      "I8\n.",
    ]) {
      expect(() => storedZone(parsePickle(pickle), "a.h5")).toThrow("a.h5: its datetimes are in a time zone");
    }
    expect([undefined, null, "", "Asia/Tokyo"].map((zone) => storedZone(zone, "a.h5"))).toEqual([
      undefined,
      undefined,
      undefined,
      "Asia/Tokyo",
    ]);
  });
});
