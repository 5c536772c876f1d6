import { listNames } from "../../names/field.js";
import type { Frame } from "../frame/frame.js";
import type { Kind, Tally } from "./kind.js";

export const dropCol: Kind<"DropCol"> = {
  apply: (frame, { columns }, tally) => {
    const unknown = columns.filter(
      (name) => ![...frame.blocks.values()].some(({ names }) => names.includes(name)),
    );
    if (unknown.length > 0) tally.remarks.push(`DropCol: there is no ${listNames(unknown)}`);
    for (const group of [...frame.blocks.keys()])
      keepNamed(frame, group, (name) => !columns.includes(name), tally);
  },
};

/** As qlib's: a name of another group stays there too, unless a column of the group has it and is not kept. */
export const filterCol: Kind<"FilterCol"> = {
  apply: (frame, { fields, columns }, tally) => {
    const groups = frame.groupsOf(fields, "FilterCol");
    const inside = new Set(groups.flatMap((group) => frame.blocks.get(group)!.names));
    const unknown = columns.filter((name) => !inside.has(name));
    if (unknown.length > 0) tally.remarks.push(`FilterCol: there is no ${listNames(unknown)}`);
    for (const group of [...frame.blocks.keys()]) {
      keepNamed(frame, group, (name) => columns.includes(name) || !inside.has(name), tally);
    }
  },
};

export const hashStockFormat: Kind<"HashStockFormat"> = { apply: () => {} };

function keepNamed(frame: Frame, group: string, stays: (name: string) => boolean, tally: Tally): void {
  const { names } = frame.blocks.get(group)!;
  const kept = [...names.keys()].filter((c) => stays(names[c]!));
  tally.columnsDropped.push(...names.filter((name) => !stays(name)));
  frame.keepColumns(group, kept);
}
