import { useLayoutEffect } from "preact/hooks";
import { pageTitle } from "../model/browse-title.ts";

/** What is shown has a name; what lies over it goes before. */
export const PAGE = 0;
export const OVER_PAGE = 1;

const names: (string | undefined)[] = [];

/** Names the page, in its tab and for screen readers, for as long as the caller is shown. */
export function useTitle(level: typeof PAGE | typeof OVER_PAGE, name: string): void {
  useLayoutEffect(() => {
    tell(level, name);
    return () => tell(level, undefined);
  }, [level, name]);
}

function tell(level: number, name: string | undefined): void {
  names[level] = name;
  document.title = pageTitle(names[OVER_PAGE] ?? names[PAGE]);
}
