import type { JSX } from "preact";
import type { ConsoleNow } from "../../protocol/console-line.ts";
import { timeText } from "../model/numbers.ts";
import type { ConsoleLink } from "../state/console-state.ts";

/** Says that what is shown is not live, and how old it is. */
export function LinkBanner({
  link,
  now,
}: {
  readonly link: ConsoleLink;
  readonly now: ConsoleNow | null;
}): JSX.Element {
  const text = bannerText(link, now);
  return (
    // The region is there before its words are: else they would not be read out.
    <div role="status">{text !== "" && <p class="banner">{text}</p>}</div>
  );
}

function bannerText(link: ConsoleLink, now: ConsoleNow | null): string {
  switch (link.type) {
    case "locked":
    case "live":
      return "";
    case "opening":
      return now === null ? "Connecting to the node…" : "";
    case "outdated":
      return "The node is of another release by now: please reload the page.";
    case "lost": {
      const age = now === null ? "" : ` What is shown is of ${timeText(now.atMs)}.`;
      return `Connection lost: ${link.reason.replace(/\.$/, "")}.${age} Trying again… Other nodes of a cluster show the same.`;
    }
  }
}
