import { useContext, useState } from "preact/hooks";
import { ShownContext, useWords } from "../app-state.ts";

/** A chart that the server draws; what it shows is said beside it, and where there is none nothing is shown. */
export function Chart({
  caption,
  wide = true,
  address,
}: {
  caption: string;
  wide?: boolean;
  address: (theme: string, language: string) => string;
}) {
  const word = useWords();
  const { theme, language } = useContext(ShownContext);
  const [failed, setFailed] = useState("");
  const source = address(theme, language);
  return (
    <figure class={wide ? "wide" : undefined}>
      <figcaption>{caption}</figcaption>
      {failed === source ? (
        <p class="muted">{word("noChart")}</p>
      ) : (
        <img
          src={source}
          alt={caption}
          width={wide ? 900 : 560}
          height={wide ? 260 : 280}
          onError={() => setFailed(source)}
        />
      )}
    </figure>
  );
}
