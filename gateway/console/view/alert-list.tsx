import type { JSX } from "preact";
import type { ConsoleAlert } from "../../protocol/console-line.ts";
import { noAlertText } from "../model/no-alert-text.ts";
import { timeText } from "../model/numbers.ts";

/** What is wrong, in words, as it was told at `atMs`. */
export function AlertList(props: {
  readonly alerts: readonly ConsoleAlert[];
  readonly atMs: number;
  readonly isLive: boolean;
}): JSX.Element {
  const { alerts, atMs, isLive } = props;
  return (
    <section class="alerts" aria-label="Alerts">
      <ul role="status">
        {alerts.length === 0 && (
          <li class={isLive ? "alert alert-good" : "alert alert-notice"}>
            <span class="alert-sign" aria-hidden="true">
              {isLive ? "✓" : "?"}
            </span>
            {noAlertText(isLive, atMs)}
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
