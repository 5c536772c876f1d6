import type { Finding, FindingCode, FindingRow, Severity } from "./factor-report.js";

/** What a finding's sentence speaks of. */
type Values = Readonly<Record<string, string | number>>;

interface FindingText {
  readonly severity: Severity;
  readonly english: (v: Values) => string;
  readonly chinese: (v: Values) => string;
}

const text = (
  severity: Severity,
  english: (v: Values) => string,
  chinese: (v: Values) => string,
): FindingText => ({ severity, english, chinese });

/** Every finding: how bad it is, what is the matter and what to change. */
const TEXTS: Readonly<Record<FindingCode, FindingText>> = {
  "import-failed": text(
    "error",
    (v) =>
      `its module ${v.module} cannot be imported: ${v.error}; repair the module, the other factors are checked`,
    (v) => `模块 ${v.module} 无法导入：${v.error}；请修复该模块`,
  ),
  "missing-module": text(
    "error",
    (v) => `the library has no module ${v.module}${v.near ? `; did you mean ${v.near}?` : ""}`,
    (v) => `库中没有模块 ${v.module}${v.near ? `；是否指 ${v.near}？` : ""}`,
  ),
  "missing-function": text(
    "error",
    (v) => `${v.module} has no function ${v.function}${v.near ? `; did you mean ${v.near}?` : ""}`,
    (v) => `${v.module} 中没有函数 ${v.function}${v.near ? `；是否指 ${v.near}？` : ""}`,
  ),
  "missing-field": text(
    "error",
    (v) =>
      `it asks for the field ${v.field}, which the market does not have (it has ${v.fields}); name a market that has it`,
    (v) => `需要字段 ${v.field}，但行情中没有（有 ${v.fields}）；请给出有该字段的行情`,
  ),
  "missing-package": text(
    "error",
    (v) =>
      `it needs the Python package ${v.package}, which is not installed; install it for the interpreter that runs factors`,
    (v) => `需要 Python 包 ${v.package}，未安装；请为运行因子的解释器安装`,
  ),
  "no-pointer": text(
    "warning",
    () => "its metadata name no implementation (impl_module, impl_func), so that there is nothing to run",
    () => "元数据没有指向实现（impl_module、impl_func），无可运行",
  ),
  "no-python": text(
    "note",
    (v) => `it was not run: ${v.error}`,
    (v) => `没有运行：${v.error}`,
  ),
  "not-implemented": text(
    "error",
    (v) => `it is a stub: ${v.error}; write the function`,
    (v) => `只是占位：${v.error}；请实现该函数`,
  ),
  raised: text(
    "error",
    (v) => `it raises ${v.type}: ${v.error}`,
    (v) => `抛出 ${v.type}：${v.error}`,
  ),
  timeout: text(
    "error",
    (v) => `it ${v.error} and was stopped; look for a loop that does not end, or give it more time`,
    () => "运行超时被终止；请检查不会结束的循环，或放宽时限",
  ),
  "out-of-memory": text(
    "error",
    (v) => `it needs more memory than allowed: ${v.error}; work on fewer columns at a time, or allow more`,
    (v) => `内存超出限制：${v.error}`,
  ),
  crashed: text(
    "error",
    (v) => `${v.error} before it gave a result`,
    (v) => `进程异常结束：${v.error}`,
  ),
  "not-a-frame": text(
    "error",
    (v) => `${v.error}; return a Series or DataFrame with the input's index`,
    (v) => `${v.error}；请返回与输入同索引的 Series 或 DataFrame`,
  ),
  "no-rows": text(
    "error",
    () => "it returns no rows",
    () => "没有返回任何行",
  ),
  "wrong-index": text(
    "error",
    (v) => `${v.error}; return rows keyed by (datetime, instrument)`,
    (v) => `${v.error}；请以 (datetime, instrument) 为索引返回`,
  ),
  "levels-swapped": text(
    "warning",
    (v) => `its index has the levels (${v.levels}); put datetime first: .swaplevel().sort_index()`,
    (v) => `索引层次为 (${v.levels})；请把 datetime 放在前面：.swaplevel().sort_index()`,
  ),
  "extra-level": text(
    "warning",
    (v) =>
      `its index has the levels (${v.levels}); groupby().apply() put the group's key in front: droplevel(0), or group_keys=False`,
    (v) => `索引层次为 (${v.levels})；groupby().apply() 多加了一层：droplevel(0) 或 group_keys=False`,
  ),
  unsorted: text(
    "warning",
    () => "its rows are not sorted by (datetime, instrument); add sort_index()",
    () => "行没有按 (datetime, instrument) 排序；请加 sort_index()",
  ),
  "duplicate-keys": text(
    "error",
    (v) => `${v.count} of its rows repeat a key; return one row for each (datetime, instrument)`,
    (v) => `${v.count} 行的键重复；每个 (datetime, instrument) 只应有一行`,
  ),
  "rows-missing": text(
    "warning",
    (v) =>
      `it drops ${v.count} of the input's rows; keep them as NaN: .reindex(df.index), and stack(dropna=False)`,
    (v) => `丢掉了输入中的 ${v.count} 行；请保留为 NaN：.reindex(df.index)`,
  ),
  "rows-invented": text(
    "error",
    (v) => `${v.count} of its rows are not in the input; return only the input's keys: .reindex(df.index)`,
    (v) => `${v.count} 行不在输入中；请只返回输入的键：.reindex(df.index)`,
  ),
  "wrong-type": text(
    "error",
    (v) => `its column ${v.column} has the type ${v.type}; return float64 or float32`,
    (v) => `列 ${v.column} 的类型是 ${v.type}；请返回 float64 或 float32`,
  ),
  "unnamed-series": text(
    "warning",
    (v) => `the Series has no name; end with .rename("${v.name}")`,
    (v) => `Series 没有名字；请以 .rename("${v.name}") 结尾`,
  ),
  "column-name": text(
    "warning",
    (v) => `its column is called "${v.column}"; use English letters, digits and _ without spaces`,
    (v) => `列名为 "${v.column}"；请用不含空格的英文名`,
  ),
  "several-columns": text(
    "warning",
    (v) => `it returns ${v.count} columns (${v.columns}); research records one a factor`,
    (v) => `返回 ${v.count} 列（${v.columns}）；研究侧每个因子一列`,
  ),
  "infinite-values": text(
    "warning",
    (v) =>
      `${v.count} of its cells are infinite; replace them: .replace([np.inf, -np.inf], np.nan), or avoid log(0) and division by 0`,
    (v) => `${v.count} 个单元格为无穷大；请替换为 NaN，或避免 log(0) 与除以 0`,
  ),
  "all-missing": text(
    "error",
    () => "none of its cells has a finite value",
    () => "没有任何有限值",
  ),
  constant: text(
    "warning",
    (v) => `all its cells are ${v.value}, so that it ranks nothing`,
    (v) => `所有值都是 ${v.value}，无法排序`,
  ),
  "missing-where-input-is-complete": text(
    "warning",
    (v) =>
      `${v.count} cells are NaN though the last ${v.lookback} rows of the instrument are complete; see why`,
    (v) => `${v.count} 个单元格为 NaN，而该股票最近 ${v.lookback} 行输入完整`,
  ),
  "low-coverage": text(
    "warning",
    (v) => `only ${v.share} of the market's rows have a value`,
    (v) => `只有 ${v.share} 的行有值`,
  ),
  "not-daily": text(
    "warning",
    () => "its sessions are not days; a daily factor has one row a day",
    () => "不是日频；日频因子每天一行",
  ),
  prints: text(
    "note",
    (v) => `it prints (“${v.text}”); leave that out of a library`,
    (v) => `有打印输出（“${v.text}”）；库函数不应打印`,
  ),
  "writes-files": text(
    "warning",
    (v) => `it writes ${v.files} into the folder it runs in; return the result only`,
    (v) => `在运行目录写了文件 ${v.files}；请只返回结果`,
  ),
  "mutates-input": text(
    "warning",
    () => "it changes the frame it is given; begin with df = df.copy()",
    () => "修改了传入的表；请先 df = df.copy()",
  ),
  "leaves-processes": text(
    "warning",
    () => "processes that it started were still running when it ended; they were killed",
    () => "结束时仍有它启动的进程在运行，已终止",
  ),
  "not-deterministic": text(
    "error",
    () =>
      "two runs on the same input differ, so that nothing can be proven; take random numbers out, or seed them",
    () => "同一输入两次运行结果不同，无法证明任何事；请去掉随机数或固定种子",
  ),
  "keeps-state": text(
    "error",
    () =>
      "a second call in the same process gives other values: the module keeps state; compute from the arguments alone",
    () => "同一进程第二次调用结果不同：模块保留了状态；请只依赖参数",
  ),
  "ignores-its-input": text(
    "error",
    () => "its values are the same whatever numbers it is given: it does not use its input",
    () => "无论输入什么数值结果都相同：没有使用输入",
  ),
  "look-ahead": text(
    "error",
    (v) =>
      v.cut === undefined
        ? "the expression reads later sessions: Ref with a negative number of sessions"
        : `values change when the input ends earlier: ${v.column} of ${v.instrument} on ${v.datetime} is ${v.full}, and ${v.truncated} when the input ends at ${v.cut}; ${v.showing} of ${v.tried} cuts show it, up to ${v.reach} sessions back; look for shift(-n), centred windows, bfill, and means or ranks over all time`,
    (v) =>
      v.cut === undefined
        ? "表达式读取了之后的交易日：Ref 的负数参数"
        : `输入提前结束时值会变：${v.instrument} 在 ${v.datetime} 的 ${v.column} 为 ${v.full}，输入到 ${v.cut} 为止时为 ${v.truncated}；${v.tried} 个截断中有 ${v.showing} 个显示，最远回溯 ${v.reach} 个交易日；请检查 shift(-n)、居中窗口、bfill、全时段均值或排名`,
  ),
  "depends-on-price-or-volume-level": text(
    "warning",
    () =>
      "values change when prices and volumes of an instrument are all scaled: the level of a forward-adjusted price knows later splits; use ratios",
    () => "整体缩放某股票的价格与成交量时值会变：前复权价格的水平含有之后的拆分信息；请使用比值",
  ),
  "depends-on-order-of-instruments": text(
    "error",
    () =>
      'values change when instruments are named otherwise: rows of other instruments leak in; group by instrument: df.groupby(level="instrument")',
    () => '股票代码互换时值会变：混入了其他股票的行；请按 instrument 分组：df.groupby(level="instrument")',
  ),
  "needs-the-whole-history": text(
    "warning",
    () =>
      "its last values need the whole history (an expanding or all-time statistic): a window of the last rows gives others",
    () => "最新的值需要全部历史（扩展窗口或全时段统计）：只给最近若干行会得到不同的值",
  ),
  "lookback-understated": text(
    "warning",
    (v) =>
      `its last values need ${v.rows} rows of each instrument, its metadata say ${v.declared} days (lookback_days)`,
    (v) => `最新的值需要每只股票 ${v.rows} 行历史，元数据写 ${v.declared} 天（lookback_days）`,
  ),
  "recorded-differs": text(
    "warning",
    (v) => `the recorded values differ in ${v.apart} of ${v.cells} cells: ${v.why}`,
    (v) => `记录值有 ${v.apart}/${v.cells} 个单元格不同：${v.whyZh}`,
  ),
  "recorded-unreadable": text(
    "warning",
    (v) => `the recorded file cannot be compared: ${v.error}`,
    (v) => `无法与记录文件比较：${v.error}`,
  ),
  "recorded-of-another-universe": text(
    "warning",
    (v) => `no row of the recorded file is a row of the market: ${v.why}`,
    () => "记录文件与行情没有共同的行",
  ),
  "version-differs": text(
    "warning",
    (v) =>
      `its metadata say version ${v.recorded}, the library is ${v.library} (${v.verdict}); record it again`,
    (v) => `元数据版本为 ${v.recorded}，库为 ${v.library}（${v.verdict}）；请重新记录`,
  ),
  "changed-without-version": text(
    "warning",
    (v) =>
      `its code is no longer what it was in version ${v.version}, and the version is the same; raise the version`,
    (v) => `代码已与 ${v.version} 版不同而版本号未变；请提升版本号`,
  ),
  redundant: text(
    "note",
    (v) => `its ranks are those of ${v.other} (mean correlation ${v.correlation})`,
    (v) => `排序与 ${v.other} 基本相同（平均相关 ${v.correlation}）`,
  ),
};

/** All codes, in the order they are told of. */
export const FINDING_CODES = Object.keys(TEXTS) as FindingCode[];

export function finding(code: FindingCode, values: Values = {}, rows: readonly FindingRow[] = []): Finding {
  const { severity, english, chinese } = TEXTS[code];
  return { code, severity, sentence: english(values), sentenceZh: chinese(values), rows };
}

const SEVERITIES: readonly Severity[] = ["error", "warning", "note"];

/** The worst first, else as they came. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((one) => one.severity === severity));
}

export function statusOf(findings: readonly Finding[]): "ok" | "warning" | "error" {
  if (findings.some(({ severity }) => severity === "error")) return "error";
  return findings.some(({ severity }) => severity === "warning") ? "warning" : "ok";
}
