import type { JSX } from "preact";
import type { ConsoleAlert } from "../../protocol/console-line.ts";
import { timeText } from "../model/numbers.ts";

/** What is wrong, in words. */
export function AlertList({ alerts }: { readonly alerts: readonly ConsoleAlert[] }): JSX.Element {
  return (
    <section class="alerts" aria-label="Alerts">
      <ul role="status">
        {alerts.length === 0 && (
          <li class="alert alert-good">
            <span class="alert-sign" aria-hidden="true">
              ✓
            </span>
            All parts work.
          </li>
        )}
        {alerts.map(({ severity, text, sinceMs }) => (
          <li key={text} class={`alert alert-${severity}`}>
            <span class="alert-sign" aria-hidden="true">
              {severity === "wrong" ? "!" : "i"}
            </span>
            <span>
              {severity === "wrong" && <b>Wrong: </b>}
              {text} <span class="fine">Seen since {timeText(sinceMs)}.</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
