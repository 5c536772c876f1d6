import { differing } from "./compare/compare-columns.js";
import { HARMLESS } from "./compare/explanation-texts.js";
import type { Comparison, Finding, LookAheadProof, VersionReport } from "./factor-report.js";
import { finding } from "./findings.js";

/** What a proof found wrong. */
export function proofFindings(proof: LookAheadProof): Finding[] {
  const { verdict, first, cutsThatShowIt, cutsTried, reachSessions = 0, lookback } = proof;
  if (proof.deterministic === false) return [finding("not-deterministic")];
  if (proof.dependsOnInput === false) return [finding("ignores-its-input")];
  const told = first && {
    ...first,
    showing: cutsThatShowIt,
    tried: cutsTried,
    reach: reachSessions,
  };
  const row = first && {
    datetime: first.datetime,
    instrument: first.instrument,
    column: first.column,
    value: String(first.full),
    other: String(first.truncated),
  };
  const declared = lookback?.declared;
  return [
    ...(verdict === "look-ahead" ? [finding("look-ahead", told ?? {}, row ? [row] : [])] : []),
    ...(proof.sameOnSecondCall === false ? [finding("keeps-state")] : []),
    ...(proof.dependsOnOrder ? [finding("depends-on-order-of-instruments")] : []),
    ...(proof.scaleInvariant === false ? [finding("depends-on-price-or-volume-level")] : []),
    ...(lookback && lookback.rows === undefined ? [finding("needs-the-whole-history")] : []),
    ...(lookback?.rows !== undefined && declared !== undefined && lookback.rows > declared + 1
      ? [finding("lookback-understated", { rows: lookback.rows, declared })]
      : []),
  ];
}

/** What a comparison with the recorded values found wrong. */
export function comparisonFindings(comparison: Comparison): Finding[] {
  const { explanation, columns, rowsInBoth, onlyRightBecause } = comparison;
  if (rowsInBoth === 0) return [finding("recorded-of-another-universe", { why: onlyRightBecause })];
  if (HARMLESS.has(explanation.code)) return [];
  const [apart, cells] = [
    columns.reduce((sum, column) => sum + differing(column), 0),
    columns.reduce((sum, column) => sum + column.cells, 0),
  ];
  const rows = columns.flatMap(({ column, first }) =>
    first
      ? [
          {
            datetime: first.datetime,
            instrument: first.instrument,
            column,
            value: String(first.left),
            other: String(first.right),
          },
        ]
      : [],
  );
  return [
    finding(
      "recorded-differs",
      { apart, cells, why: explanation.sentence, whyZh: explanation.sentenceZh },
      rows,
    ),
  ];
}

/** What an implementation's version says. */
export function versionFindings({
  verdict,
  recorded = "none",
  library = "unknown",
}: VersionReport): Finding[] {
  if (verdict === "changed-without-version")
    return [finding("changed-without-version", { version: library })];
  const differs = verdict === "older-than-library" || verdict === "newer-than-library";
  return differs ? [finding("version-differs", { recorded, library, verdict })] : [];
}
