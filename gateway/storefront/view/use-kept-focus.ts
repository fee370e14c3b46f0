import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/**
 * Gives the focus to `subjectId`, what the place is about, when it was in `element` and that goes, by whomever: whoever listens
 * would have to begin at the top.
 */
export function useKeptFocus(element: RefObject<HTMLElement | null>, subjectId: string): void {
  // What a plain effect leaves behind is put in order only when the element is gone.
  useLayoutEffect(
    () => () => {
      if (element.current?.contains(document.activeElement) !== true) return;
      document.getElementById(subjectId)?.focus({ preventScroll: true });
    },
    [element, subjectId],
  );
}
