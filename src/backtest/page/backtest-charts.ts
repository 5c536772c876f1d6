import { heatMapChart } from "../../report/charts/heat-map.js";
import { type Line, linesChart } from "../../report/charts/lines.js";
import { figure } from "../../report/page/figure.js";
import type { Html } from "../../report/page/html.js";
import type { Backtest } from "../replay/backtest.js";
import { type Curves, monthlyReturns } from "./curves.js";

/** Equity, excess, drawdown, months, turnover and cost, exposure. */
export async function backtestFigures({ report }: Backtest, curves: Curves): Promise<Html[]> {
  const { sessions: x } = curves;
  const equity: Line[] = [{ name: "account", values: curves.equity }];
  if (curves.benchmark.length > 0) equity.push({ name: "benchmark", values: curves.benchmark });
  return [
    await figure({
      caption: { en: "Account after costs, from 1", zh: "费后净值（起点为 1）" },
      chart: linesChart({ label: "Account after costs against the benchmark", x, lines: equity }),
      wide: true,
    }),
    await figure({
      caption: { en: "Excess over the benchmark, summed", zh: "相对基准的累计超额（求和）" },
      chart: linesChart({
        label: "Excess over the benchmark before and after costs",
        x,
        unit: "percent",
        fromZero: true,
        lines: [
          { name: "before costs", values: curves.excess },
          { name: "after costs", values: curves.excessAfterCost },
        ],
      }),
    }),
    await figure({
      caption: { en: "Drawdown", zh: "回撤" },
      chart: linesChart({
        label: "Drawdown of the account",
        x,
        unit: "percent",
        fromZero: true,
        lines: [{ name: "drawdown", values: curves.drawdown, area: true }],
      }),
    }),
    await monthFigure(curves),
    await figure({
      caption: {
        en: "Turnover, and cost (right), as shares of the account",
        zh: "换手与成本（右轴），占账户比例",
      },
      chart: linesChart({
        label: "Turnover and cost by session",
        x,
        unit: "percent",
        rightUnit: "percent",
        fromZero: true,
        lines: [
          { name: "turnover", values: report.column("turnover"), thin: true },
          { name: "cost", values: report.column("cost"), thin: true, right: true },
        ],
      }),
    }),
    await figure({
      caption: { en: "Exposure, and how many are held (right)", zh: "仓位与持仓数（右轴）" },
      chart: linesChart({
        label: "Value of the holdings over the account, and their number",
        x,
        unit: "percent",
        rightUnit: "number",
        fromZero: true,
        lines: [
          { name: "exposure", values: curves.exposure, area: true },
          { name: "held", values: curves.holdings, thin: true, right: true },
        ],
      }),
    }),
  ];
}

async function monthFigure(curves: Curves): Promise<Html> {
  const byMonth = monthlyReturns(curves);
  const years = [...new Set(Array.from(byMonth.keys(), (month) => month.slice(0, 4)))].sort();
  const months = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, "0"));
  const values = years.flatMap((year) =>
    months.map((month) => byMonth.get(`${year}-${month}`) ?? Number.NaN),
  );
  const text = (value: number) => `${(value * 100).toFixed(1)}%`;
  return figure({
    caption: { en: "Return by month, after costs", zh: "月度收益（费后）" },
    chart: heatMapChart({ label: "Return by month", columns: months, rows: years, values, text }),
    size: { width: 560, height: Math.max(150, 60 + 32 * years.length) },
    data: { headings: ["month", "return"], rows: Array.from(byMonth, ([month, r]) => [month, text(r)]) },
  });
}
