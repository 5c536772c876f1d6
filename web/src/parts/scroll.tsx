import type { ComponentChildren } from "preact";

/** A table that may be wider than the page: it scrolls by itself, by the keyboard too. */
export function Scroll({
  label,
  class: more = "",
  children,
}: {
  label: string;
  class?: string;
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section class={`scroll ${more}`.trim()} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
