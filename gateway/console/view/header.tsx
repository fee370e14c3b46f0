import type { JSX } from "preact";
import type { ConsoleNow } from "../../protocol/console-line.ts";
import { timeText } from "../model/numbers.ts";
import type { ConsoleLink } from "../state/console-state.ts";

/** Who tells, when, and whether it is live. */
export function Header({
  link,
  now,
  lock,
}: {
  readonly link: ConsoleLink;
  readonly now: ConsoleNow | null;
  readonly lock: () => void;
}): JSX.Element {
  const isLive = link.type === "live";
  return (
    <header class="header">
      <h1>{document.title}</h1>
      <p class="header-facts">
        <span class={`mark ${isLive ? "mark-good" : "mark-bad"}`}>
          <span aria-hidden="true">{isLive ? "●" : "○"}</span> {isLive ? "Live" : "Not live"}
        </span>
        {now !== null && (
          <>
            <span>
              told by <b>{now.node}</b>
            </span>
            <time dateTime={new Date(now.atMs).toISOString()}>{timeText(now.atMs)}</time>
          </>
        )}
      </p>
      <button type="button" onClick={lock}>
        Forget token
      </button>
    </header>
  );
}
