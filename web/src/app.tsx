import { useEffect, useState } from "preact/hooks";
import { followLinks, useAddress } from "./address.ts";
import { type Shown, ShownContext, useWords } from "./app-state.ts";
import { AlphaPage } from "./pages/alpha.tsx";
import { ComparePage } from "./pages/compare.tsx";
import { ExperimentsPage, TaskPage } from "./pages/experiments.tsx";
import { FactorPage } from "./pages/factor.tsx";
import { FactorsPage } from "./pages/factors.tsx";
import { LoopPage } from "./pages/loop.tsx";
import { OverviewPage } from "./pages/overview.tsx";
import { ModelPage, StrategyPage } from "./pages/record.tsx";
import { LoopsPage, ModelsPage, StrategiesPage } from "./pages/record-lists.tsx";
import { SyncPage } from "./pages/sync.tsx";
import { DataAge } from "./parts/data-age.tsx";
import { languageOf, type Word, wordIn } from "./words.ts";

const PAGES: readonly (readonly [path: string, word: Word])[] = [
  ["/", "overview"],
  ["/factors", "factors"],
  ["/strategies", "strategies"],
  ["/experiments", "experiments"],
  ["/loops", "loops"],
  ["/models", "models"],
  ["/alpha", "alpha"],
  ["/compare", "compare"],
  ["/sync", "sync"],
];

const isDark = () => {
  const kept = localStorage.getItem("theme");
  return kept === null ? matchMedia("(prefers-color-scheme: dark)").matches : kept === "dark";
};

export function App() {
  const { path } = useAddress();
  const [language, setLanguage] = useState(languageOf);
  const [theme, setTheme] = useState<Shown["theme"]>(isDark() ? "dark" : "light");
  const word = (name: Word) => wordIn(language, name);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.documentElement.dataset.theme = theme;
    const page = PAGES.find(([at]) => isWithin(path, at))?.[1];
    document.title = page === undefined ? word("library") : `${word(page)} · ${word("library")}`;
  });
  const switchLanguage = () => {
    const other = language === "en" ? "zh" : "en";
    localStorage.setItem("language", other);
    setLanguage(other);
  };
  const switchTheme = () => {
    const other = theme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", other);
    setTheme(other);
  };
  return (
    <ShownContext.Provider value={{ language, theme }}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it listens for the links inside it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a link's Enter is a click */}
      <div onClick={followLinks}>
        <a class="skip" href="#main">
          {word("skip")}
        </a>
        <header>
          <a class="brand" href="/">
            {word("library")}
          </a>
          <nav aria-label={word("library")}>
            {PAGES.map(([to, name]) => (
              <a key={to} href={to} aria-current={isWithin(path, to) ? "page" : undefined}>
                {word(name)}
              </a>
            ))}
          </nav>
          <div class="switches">
            <DataAge path={path} />
            <button type="button" lang={language === "en" ? "zh-CN" : "en"} onClick={switchLanguage}>
              {word("language")}
            </button>
            <button type="button" onClick={switchTheme}>
              <span aria-hidden="true">{theme === "dark" ? "☀" : "☾"}</span>{" "}
              {word(theme === "dark" ? "light" : "dark")}
            </button>
          </div>
        </header>
        <main id="main" tabIndex={-1}>
          <Page path={path} />
        </main>
      </div>
    </ShownContext.Provider>
  );
}

function isWithin(path: string, page: string): boolean {
  return page === "/" ? path === "/" : path === page || path.startsWith(`${page}/`);
}

function NoSuchPage() {
  const word = useWords();
  return (
    <>
      <h1>{word("noPage")}</h1>
      <p>
        <a href="/">{word("overview")}</a>
      </p>
    </>
  );
}

function Page({ path }: { path: string }) {
  switch (path) {
    case "/factors":
      return <FactorsPage />;
    case "/factors/one":
      return <FactorPage />;
    case "/strategies":
      return <StrategiesPage />;
    case "/experiments":
      return <ExperimentsPage />;
    case "/experiments/task":
      return <TaskPage />;
    case "/loops":
      return <LoopsPage />;
    case "/loops/one":
      return <LoopPage />;
    case "/strategies/one":
      return <StrategyPage />;
    case "/models/one":
      return <ModelPage />;
    case "/models":
      return <ModelsPage />;
    case "/alpha":
      return <AlphaPage />;
    case "/compare":
      return <ComparePage />;
    case "/sync":
      return <SyncPage />;
    case "/":
      return <OverviewPage />;
    default:
      return <NoSuchPage />;
  }
}
