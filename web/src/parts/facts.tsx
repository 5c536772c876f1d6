import type { ComponentChildren } from "preact";
import { useWords } from "../app-state.ts";
import type { Word } from "../words.ts";

/** Names and values; those without a value are left out. */
export function Facts({ of }: { of: readonly (readonly [Word, ComponentChildren])[] }) {
  const word = useWords();
  return (
    <dl class="facts">
      {of
        .filter(([, value]) => value !== "" && value !== undefined && value !== null && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{word(name)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
