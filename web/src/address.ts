import { useEffect, useState } from "preact/hooks";

/** Where the reader is: the path and query of the address, which is all the state a page has. */
export interface Address {
  readonly path: string;
  readonly query: URLSearchParams;
}

const MOVED = "library-moved";

const here = (): Address => ({ path: location.pathname, query: new URLSearchParams(location.search) });

export function useAddress(): Address {
  const [address, setAddress] = useState(here);
  useEffect(() => {
    const move = () => setAddress(here());
    addEventListener("popstate", move);
    addEventListener(MOVED, move);
    return () => {
      removeEventListener("popstate", move);
      removeEventListener(MOVED, move);
    };
  }, []);
  return address;
}

/** Goes to another page of the library. */
export function go(to: string): void {
  history.pushState(null, "", to);
  dispatchEvent(new Event(MOVED));
  scrollTo(0, 0);
}

/** Says the present page's state in its address, without a step of history. */
export function replaceQuery(query: URLSearchParams): void {
  const text = query.toString();
  history.replaceState(null, "", location.pathname + (text && `?${text}`));
  dispatchEvent(new Event(MOVED));
}

/** Links inside the library are followed without loading anew. */
export function followLinks(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest?.("a");
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || link.target || link.hasAttribute("download") || link.origin !== location.origin)
    return;
  if (link.pathname.startsWith("/api/") || link.hash) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
