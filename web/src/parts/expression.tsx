const TOKEN = /(\$[\w]+)|([A-Za-z_]\w*)(?=\s*\()|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

/** An expression with its fields, operators and numbers told apart. */
export function Expression({ text }: { text: string }) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, field, operator] = match;
    parts.push(text.slice(end, match.index));
    const kind = field ? "field" : operator ? "operator" : "number";
    parts.push(
      <span class={`token-${kind}`} key={match.index}>
        {token}
      </span>,
    );
    end = match.index + token.length;
  }
  parts.push(text.slice(end));
  return <code class="expression">{parts}</code>;
}
