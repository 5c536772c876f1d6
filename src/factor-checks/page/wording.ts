import type { Bilingual } from "../../report/page/bilingual.js";
import type {
  Comparison,
  FactorReport,
  LookAheadProof,
  RunOutcome,
  VersionVerdict,
} from "../factor-report.js";

export const STATUS: Readonly<Record<FactorReport["status"], Bilingual>> = {
  ok: { en: "✓ ok", zh: "✓ 通过" },
  warning: { en: "! warning", zh: "! 警告" },
  error: { en: "✗ error", zh: "✗ 错误" },
};

export const PROVEN: Readonly<Record<LookAheadProof["verdict"], Bilingual>> = {
  "look-ahead": { en: "looks ahead", zh: "有前视" },
  "proven for the cuts tried": { en: "none in the cuts tried", zh: "所试截断点内无前视" },
  undetermined: { en: "undetermined", zh: "无法判定" },
  "not tried": { en: "not tried", zh: "未检验" },
};

export const VERSION: Readonly<Record<VersionVerdict, Bilingual>> = {
  same: { en: "current", zh: "一致" },
  "older-than-library": { en: "stale", zh: "落后" },
  "newer-than-library": { en: "ahead", zh: "超前" },
  "a-date": { en: "a date, not a version", zh: "日期，非版本" },
  unknown: { en: "unknown", zh: "未知" },
  "changed-without-version": { en: "changed, version not", zh: "代码已改，版本未变" },
};

export const OUTCOME: Readonly<Record<RunOutcome, Bilingual>> = {
  values: { en: "gave values", zh: "有输出" },
  "not-a-frame": { en: "gave no frame", zh: "输出不是表" },
  "not-implemented": { en: "not implemented", zh: "未实现" },
  raised: { en: "raised an error", zh: "抛出异常" },
  timeout: { en: "took too long", zh: "超时" },
  "out-of-memory": { en: "out of memory", zh: "内存超限" },
  crashed: { en: "crashed", zh: "崩溃" },
  missing: { en: "missing", zh: "不存在" },
  skipped: { en: "skipped", zh: "跳过" },
};

/** A comparison in two or three words. */
export function COMPARED({ columns, rowsOnlyLeft, rowsOnlyRight }: Comparison): Bilingual {
  const sum = (of: (column: Comparison["columns"][number]) => number) =>
    columns.reduce((all, one) => all + of(one), 0);
  const apart = sum(
    ({ apart, missingOnlyLeft, missingOnlyRight }) => apart + missingOnlyLeft + missingOnlyRight,
  );
  if (apart > 0) return { en: `${apart} cells differ`, zh: `${apart} 格不同` };
  if (rowsOnlyLeft + rowsOnlyRight > 0) return { en: "equal where both have rows", zh: "共有行一致" };
  const rounded = sum(({ rounding, withinTolerance }) => rounding + withinTolerance);
  return rounded > 0 ? { en: "equal but for rounding", zh: "仅舍入差异" } : { en: "equal", zh: "一致" };
}
