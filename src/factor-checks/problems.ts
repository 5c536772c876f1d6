import type { ColumnType } from "../columns/table.js";
import { listNames } from "../names/field.js";
import { groupDigits, percent } from "../text/figures.js";
import type { ReturnMatch } from "./bar-returns.js";
import type { FactorCheck } from "./check-factors.js";
import type { Coefficients } from "./correlation.js";
import type { FactorTally } from "./factor-tally.js";

/** Warned of: a factor of whose rows fewer than this share match a row of the market. */
const LEAST_MATCHED = 0.99;
/** Warned of: one that has a value for fewer of the market's rows within its span; it may be of another universe. */
const LEAST_COVERAGE = 0.5;
/** Warned of: a mean IC beyond this, either way. Daily factors seldom reach half of it without knowing the future. */
const MOST_IC = 0.2;

/** What was found of a factor. */
export interface Findings {
  readonly type: ColumnType;
  readonly rows: number;
  readonly sessions: number;
  /** Whether the rows are only those of a range that was asked for. */
  readonly isPart: boolean;
  /** How sentences name the market. */
  readonly market: string;
  /** Rows that match a row of the market. */
  readonly matched: number;
  whyNone(): string;
  whyNotAll(): string;
  readonly coverage: number;
  /** Absent where the cells are not numbers. */
  readonly tally: FactorTally | undefined;
  readonly coefficients: Coefficients | undefined;
}

/** What is wrong with a factor: one error, or else what to look at. */
export function judge(findings: Findings): Pick<FactorCheck, "status" | "problems"> {
  const error = errorOf(findings);
  if (error !== undefined) return { status: "error", problems: [error] };
  const problems = warningsOf(findings, findings.tally!);
  return { status: problems.length > 0 ? "warning" : "ok", problems };
}

function errorOf({ type, rows, isPart, market, matched, whyNone, tally }: Findings): string | undefined {
  if (rows === 0) return isPart ? "it has no rows in the range asked for" : "it has no rows";
  if (!tally) return `its cells are of the type ${type}; a factor holds numbers`;
  if (matched === 0) return `no row matches a row of ${market}: ${whyNone()}`;
  const { missing, infinite } = tally;
  if (missing + infinite < rows) return undefined;
  return infinite === 0 ? "all its values are missing" : "none of its values is finite";
}

function warningsOf(findings: Findings, tally: FactorTally): string[] {
  const { rows, sessions, market, matched, whyNotAll, coverage, coefficients } = findings;
  const { missing, infinite, variedSessions, least, greatest, covered, equal } = tally;
  const isConstant = least === greatest;
  const problems: string[] = [];
  if (isConstant) problems.push(`all its values are ${least}`);
  else if (variedSessions === 0 && rows - missing - infinite > sessions) {
    problems.push("in every session all instruments have the same value, so it ranks nothing");
  }
  if (!isConstant && covered > 0 && equal.names.length > 0) {
    problems.push(`its values equal those of ${listNames(equal.names)} in ${market}`);
  }
  const like = isConstant ? undefined : likeReturns(tally.returns);
  if (like !== undefined) problems.push(like);
  if (coefficients) problems.push(...aheadOf(coefficients));
  if (infinite > 0) problems.push(`${groupDigits(infinite)} of its values are infinite`);
  if (matched < LEAST_MATCHED * rows) {
    const lost = `${groupDigits(rows - matched)} of its rows (${percent(1 - matched / rows)})`;
    problems.push(`${lost} match no row of ${market}: ${whyNotAll()}`);
  }
  if (coverage < LEAST_COVERAGE) {
    problems.push(`only ${percent(coverage)} of the rows of ${market} within its span have a value`);
  }
  return problems;
}

/** Warned of: a factor that ranks instruments so nearly as the return of its own bar, or one that begins at it. */
const NEARLY = 0.9;

/** That a factor is a return that begins at its bar, or its own, or ranks as one; the one that it is likest to. */
function likeReturns(matches: readonly ReturnMatch[]): string | undefined {
  const strength = (match: ReturnMatch) => (match.isEqual ? 2 : Math.abs(match.rankIc ?? 0));
  const [match] = matches.filter((one) => strength(one) >= NEARLY).sort((a, b) => strength(b) - strength(a));
  if (!match) return undefined;
  const { called, expression, to } = match.window;
  const how = match.isEqual ? "equal" : "rank nearly as";
  const rank = match.rankIc === undefined ? "" : `, correlation of ranks ${match.rankIc.toFixed(3)}`;
  const so = to > 0 ? "it looks ahead" : "it is known only when the bar has closed";
  return `its values ${how} the return of ${called} (${expression}${rank}): ${so}`;
}

function aheadOf({ ic, rankIc }: Coefficients): string[] {
  if (Math.abs(ic) <= MOST_IC && Math.abs(rankIc) <= MOST_IC) return [];
  const [mean, ofRanks] = [ic.toFixed(3), rankIc.toFixed(3)];
  return [`its IC is ${mean} and its rank IC ${ofRanks}, suspiciously high: does it look ahead?`];
}
