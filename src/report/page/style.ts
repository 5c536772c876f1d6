import { pageColours } from "../charts/palette.js";

const LIGHT =
  "--bg:#ffffff;--panel:#f6f8fa;--ink:#1c2330;--muted:#5a6472;--line:#d5dbe3;--link:#0b5cad;\
--error:#b3261e;--warning:#8a5a00;--ok:#1a7f4b;";
const DARK =
  "--bg:#14181e;--panel:#1c222b;--ink:#e4e9f0;--muted:#9aa6b5;--line:#343b46;--link:#7cb7ff;\
--error:#ff8a80;--warning:#f2c14e;--ok:#5fd39a;";

/** The style of every report: narrow and wide, dark and light, on paper. */
export const STYLE = `
:root{color-scheme:light;${LIGHT}${pageColours("light")}}
:root[data-theme=dark]{color-scheme:dark;${DARK}${pageColours("dark")}}
@media (prefers-color-scheme:dark){:root:not([data-theme]){color-scheme:dark;${DARK}${pageColours("dark")}}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
:root[data-lang=en] [lang=zh],:root[data-lang=zh] [lang=en]{display:none}
a{color:var(--link)}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:18px;display:flex;gap:12px;align-items:baseline;flex-wrap:wrap}
header h1{font-size:1.5rem;margin:0;flex:1 1 320px;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem;overflow-wrap:anywhere}
h3{font-size:1rem;margin:1.4rem 0 .4rem}
button,input,select{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:5px;padding:4px 10px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.muted{color:var(--muted)}
.figures{margin:12px 0;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:14px}
figure{margin:0;background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:10px 12px;min-width:0}
figure.wide{grid-column:1/-1}
figure svg{width:100%;height:auto;display:block}
figcaption{font-weight:600;font-size:.92rem;margin-bottom:4px}
details{font-size:.86rem;margin-top:6px}
summary{cursor:pointer;color:var(--muted)}
.scroll{overflow-x:auto;max-height:75vh;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:5px 10px;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
td.text{white-space:normal;min-width:14rem}
th.number,td.number{text-align:right}
thead th{position:sticky;top:0;background:var(--panel);z-index:1}
th button{border:0;background:none;padding:0;font-weight:600;cursor:pointer}
th[aria-sort=ascending] button::after{content:" ▲"}
th[aria-sort=descending] button::after{content:" ▼"}
tbody tr:hover{background:var(--panel)}
.status{font-weight:600}.status.error{color:var(--error)}.status.warning{color:var(--warning)}.status.ok{color:var(--ok)}
ul.findings{padding-left:1.1rem}ul.findings li{margin:.4rem 0}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:.5rem 0}
dl.facts dt{color:var(--muted)}dl.facts dd{margin:0;overflow-wrap:anywhere}
code,pre{font:13px/1.45 ui-monospace,Menlo,Consolas,"Noto Sans Mono CJK SC",monospace}
pre{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:10px;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
section.page{display:none}section.page:target{display:block}
main:has(section.page:target) #overview{display:none}
.tools{display:flex;gap:8px;flex-wrap:wrap;margin:8px 0}
.tools input{flex:1 1 220px}
footer{padding:24px 20px 40px;color:var(--muted);font-size:.86rem}
.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;background:var(--bg);padding:6px}
@media (max-width:560px){header,main,footer{padding-left:12px;padding-right:12px}dl.facts{grid-template-columns:1fr}dl.facts dd{margin-bottom:6px}}
@media print{:root{color-scheme:light;${LIGHT}${pageColours("light")}}button,.tools,.skip{display:none}.scroll{max-height:none;overflow:visible}figure,tr{break-inside:avoid}h2{break-after:avoid}section.page{display:block;break-before:page}main:has(section.page:target) #overview{display:block}.back{display:none}}
`;
