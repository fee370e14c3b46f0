import { useEffect } from "preact/hooks";

/** Names the page, in its tab and for screen readers, for as long as the caller is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} — Stampede`;
    return () => {
      document.title = before;
    };
  }, [title]);
}
