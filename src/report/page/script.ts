/**
 * What a page does: language and theme of the reader, switched by buttons; tables sorted by a click on a heading and
 * filtered by a text. Without it the page is whole, in the language it was made in.
 */
export const SCRIPT = `"use strict";
(() => {
  const root = document.documentElement;
  const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(name, value); } catch {} };
  const speak = (lang) => {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-CN" : "en";
    for (const e of document.querySelectorAll("[data-en]")) e.setAttribute(e.dataset.says, e.dataset[lang]);
  };
  speak(kept("report-lang") ?? (root.dataset.fixed ? root.dataset.lang : (navigator.language || "").startsWith("zh") ? "zh" : "en"));
  const theme = kept("report-theme");
  if (theme) root.dataset.theme = theme;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.id === "lang") { const lang = root.dataset.lang === "zh" ? "en" : "zh"; speak(lang); keep("report-lang", lang); }
    if (button.id === "theme") {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      keep("report-theme", root.dataset.theme);
    }
    const head = button.closest("th");
    if (head) sort(head);
  });
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent.trim();
  };
  const sort = (head) => {
    const table = head.closest("table"), body = table.tBodies[0];
    const down = head.getAttribute("aria-sort") === (head.classList.contains("number") ? "descending" : "ascending");
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    const rising = head.classList.contains("number") ? down : !down;
    head.setAttribute("aria-sort", rising ? "ascending" : "descending");
    const column = head.cellIndex, sign = rising ? 1 : -1, number = head.classList.contains("number");
    const rows = [...body.rows].map((row) => ({ row, value: valueOf(row, column) }));
    rows.sort((a, b) => {
      if (a.value === "" || b.value === "") return (a.value === "") - (b.value === "");
      return sign * (number ? a.value - b.value : a.value.localeCompare(b.value, root.lang));
    });
    body.append(...rows.map(({ row }) => row));
  };
  for (const input of document.querySelectorAll("input[data-filters]")) {
    const table = document.getElementById(input.dataset.filters);
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
      for (const row of table.tBodies[0].rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
    });
  }
})();
`;
