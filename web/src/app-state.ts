import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { LibraryProblem } from "./api.ts";
import { type Language, type Word, wordIn } from "./words.ts";

/** What every part may ask for: the words of the reader's language, and the theme for charts. */
export interface Shown {
  readonly language: Language;
  readonly theme: "light" | "dark";
}

export const ShownContext = createContext<Shown>({ language: "en", theme: "light" });

export function useWords(): (word: Word) => string {
  const { language } = useContext(ShownContext);
  return (word) => wordIn(language, word);
}

export type Loaded<T> =
  | { readonly state: "loading" }
  | { readonly state: "there"; readonly value: T }
  | { readonly state: "failed"; readonly error: LibraryProblem; readonly retry: () => void };

/**
 * Asks for something whenever `key` changes; an answer that comes too late is dropped.
 * @param keeps whether what was there before is shown until the answer comes
 */
export function useLoaded<T>(key: string, load: () => Promise<T>, keeps = false): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isWanted = true;
    if (!keeps) setLoaded({ state: "loading" });
    load().then(
      (value) => isWanted && setLoaded({ state: "there", value }),
      (error: unknown) => {
        if (!isWanted) return;
        const problem = error instanceof LibraryProblem ? error : new LibraryProblem(0, String(error));
        setLoaded({ state: "failed", error: problem, retry: () => setAttempt((n) => n + 1) });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [key, attempt]);
  return loaded;
}
