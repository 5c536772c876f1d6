import type { Explanation } from "../factor-report.js";
import type { Guess } from "./hypotheses.js";

type Texts = readonly [english: (v: Guess["values"]) => string, chinese: (v: Guess["values"]) => string];

const until = (v: Guess["values"]) => `${v.recordedTo} (${v.sessions} sessions earlier)`;
const untilZh = (v: Guess["values"]) => `${v.recordedTo}（早 ${v.sessions} 个交易日）`;

/** What each explanation says. */
const TEXTS: Readonly<Record<string, Texts>> = {
  identical: [() => "every cell has the same bits", () => "每个单元格逐位相同"],
  "other-spelling": [
    () => "instruments are spelled the other way (SZ000001 for 000001.SZ); all cells are equal",
    () => "股票代码写法不同（SZ000001 与 000001.SZ），数值全部相同",
  ],
  "columns-missing": [
    (v) => `the recorded file lacks ${v.missing}; the columns that both have are equal`,
    (v) => `记录文件缺少列 ${v.missing}；共有的列相同`,
  ],
  "tail-missing": [
    (v) => `the last ${v.sessions} sessions, after ${v.recordedTo}, are not recorded; the rest is equal`,
    (v) => `${v.recordedTo} 之后的 ${v.sessions} 个交易日没有记录；其余相同`,
  ],
  "head-missing": [
    (v) => `the first ${v.sessions} sessions, before ${v.recordedFrom}, are not recorded; the rest is equal`,
    (v) => `${v.recordedFrom} 之前的 ${v.sessions} 个交易日没有记录；其余相同`,
  ],
  "other-rows": [
    (v) =>
      `the recorded file has other rows (${v.missing} of the market's are missing, ${v.more} are not in it); where both have a row the cells are equal`,
    (v) => `记录文件的行不同（缺少市场中的 ${v.missing} 行，另有 ${v.more} 行不在市场中）；两边都有的行相同`,
  ],
  "rows-missing-were-nan": [
    (v) => `the recorded file has the ${v.rows} rows that the function drops, as NaN; the rest is equal`,
    (v) => `函数丢掉的 ${v.rows} 行在记录文件中是 NaN；其余相同`,
  ],
  "nan-where-infinite": [
    (v) => `recorded is NaN where the function gives an infinite value (${v.cells} cells)`,
    (v) => `函数给出无穷大的地方（${v.cells} 个单元格）记录为 NaN`,
  ],
  "warm-up": [
    () =>
      "ours is missing in the first rows of each instrument: the recorded file had the history before them",
    () => "每只股票开头的若干行我们没有值：记录时有更早的历史",
  ],
  rounding: [(v) => `${v.cells} cells differ by rounding alone`, (v) => `${v.cells} 个单元格只有舍入误差`],
  float32: [() => "recorded is ours rounded to float32", () => "记录值是我们的值舍入到 float32"],
  rounded: [
    (v) => `recorded is ours rounded to ${v.decimals} decimals`,
    (v) => `记录值是我们的值四舍五入到 ${v.decimals} 位小数`,
  ],
  "constant-ratio": [
    (v) =>
      v.ratio === -1
        ? "recorded is ours with the sign turned"
        : v.window
          ? `recorded / ours is ${v.ratio} = √((n−1)/n) or its inverse with n = ${v.window}: a standard deviation with the other ddof (recorded: ${v.ddof})`
          : `recorded / ours is ${v.ratio} everywhere`,
    (v) =>
      v.ratio === -1
        ? "记录值与我们的值符号相反"
        : v.window
          ? `记录值/我们的值恒为 ${v.ratio}，即 n = ${v.window} 时标准差的 ddof 不同（记录用 ${v.ddof}）`
          : `记录值/我们的值恒为 ${v.ratio}`,
  ],
  lagged: [
    (v) => `recorded is the instrument's value ${v.rows} rows before ours`,
    (v) => `记录值是该股票我们 ${v.rows} 行之前的值`,
  ],
  "one-cell-of-input": [
    (v) =>
      `one cell of the recorded market was another: ${v.instrument} on ${v.datetime}; values differ in ${v.sessions} sessions, most for that instrument`,
    (v) => `记录时行情中有一个单元格不同：${v.instrument} 在 ${v.datetime}；共 ${v.sessions} 个交易日有差异`,
  ],
  "later-start": [
    (v) =>
      `recorded on data that start at ${v.recordedFrom}, ${v.sessions} sessions later; computed from there the values are equal`,
    (v) => `记录所用数据从 ${v.recordedFrom} 开始（晚 ${v.sessions} 个交易日）；从那里计算则相同`,
  ],
  "earlier-end": [
    (v) =>
      `recorded on data that end at ${until(v)}; values before then depend on what comes after: the sign of look-ahead`,
    (v) => `记录所用数据到 ${untilZh(v)} 为止；之前的值依赖之后的数据：前视偏差的迹象`,
  ],
  "constant-ratio-per-instrument": [
    (v) =>
      `recorded on data that end at ${until(v)}; per instrument one ratio, as scaling by a last value gives: the sign of look-ahead`,
    (v) => `记录所用数据到 ${untilZh(v)} 为止；每只股票一个固定比值（如除以最后一个值）：前视偏差的迹象`,
  ],
  "affine-per-instrument": [
    (v) =>
      `recorded on data that end at ${until(v)}; per instrument recorded = a + b · ours, as a normalisation over all time gives: the sign of look-ahead`,
    (v) => `记录所用数据到 ${untilZh(v)} 为止；每只股票 记录 = a + b·我们（全时段标准化）：前视偏差的迹象`,
  ],
  "other-members": [
    (v) =>
      `recorded on data that end at ${until(v)}, when other instruments took part; values appear, disappear and change: the sign of look-ahead`,
    (v) => `记录所用数据到 ${untilZh(v)} 为止，当时参与的股票不同：前视偏差的迹象`,
  ],
  "unadjusted-prices": [
    () => "recorded on prices without forward adjustment: computed on close / factor the values agree",
    () => "记录时用的是未复权价格：用 close / factor 计算则一致",
  ],
  "rows-not-calendar": [
    () =>
      "recorded counts positions of the calendar, the function rows of the instrument: with a row for every session the values agree",
    () => "记录按交易日历位置计数，而函数按该股票的行计数：补齐每个交易日后一致",
  ],
  unrelated: [
    (v) => `no cell is equal and the mean correlation is ${v.correlation}: another factor, or random numbers`,
    (v) => `没有一个单元格相同，平均相关为 ${v.correlation}：是另一个因子，或随机数`,
  ],
  unexplained: [
    (v) => `none of the usual reasons holds; the mean correlation is ${v.correlation}`,
    (v) => `常见原因都不成立；平均相关为 ${v.correlation}`,
  ],
};

export function explanationOf({ code, values }: Guess): Explanation {
  const [english, chinese] = TEXTS[code]!;
  return { code, values, sentence: english(values), sentenceZh: chinese(values) };
}

/** Explanations under which recorded values count as those of the factor. */
export const HARMLESS: ReadonlySet<string> = new Set([
  "identical",
  "other-spelling",
  "other-rows",
  "rows-missing-were-nan",
  "warm-up",
  "rounding",
  "float32",
]);
