import { timeText } from "./numbers.ts";

/** What is told where no alert is known; `atMs`: when the node has told that there is none. */
export function noAlertText(isLive: boolean, atMs: number): string {
  return isLive
    ? "All parts work."
    : `All parts worked at ${timeText(atMs)}. What is wrong since is not known.`;
}
