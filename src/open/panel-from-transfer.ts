import { Column } from "../columns/column.js";
import { DataServiceError } from "../errors.js";
import { PanelIndex } from "../keys/panel-index.js";
import { Panel } from "../panel/panel.js";
import { type PanelTransfer, TRANSFER_KIND } from "../panel/panel-transfer.js";

/**
 * The Panel that another thread made a message of, over the same memory: `panelFromTransfer(message)`, where it sent
 * `postMessage(panel.toTransfer())`. @throws DataServiceError bad-request (a Panel itself, which arrives without methods)
 */
export function panelFromTransfer(transfer: PanelTransfer): Panel {
  if ((transfer as Partial<PanelTransfer> | null | undefined)?.kind !== TRANSFER_KIND) {
    throw new DataServiceError(
      "bad-request",
      "panelFromTransfer: this is not what panel.toTransfer() gives; a Panel that is posted itself arrives without its methods: postMessage(panel.toTransfer())",
    );
  }
  const { columns, source, groups, ...keys } = transfer;
  return new Panel(
    new PanelIndex(keys),
    new Map(columns.map(({ name, type, values, mask }) => [name, Column.of(type, values, mask)])),
    {
      source,
      groups,
      notes: transfer.notes.map(({ fields, text, ahead }) => {
        return { fields, tell: () => text, ...(ahead && { ahead }) };
      }),
    },
  );
}
