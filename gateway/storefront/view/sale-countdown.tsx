/** @jsxImportSource preact */
import type { JSX } from "preact";
import { countdownParts, spokenText, twoDigits } from "../model/countdown.ts";
import { useShop } from "./shop-context.ts";

/** Counts down to a moment of the server's time. Read aloud on demand only: it changes every second. */
export function SaleCountdown(props: { readonly label: string; readonly untilMs: number }): JSX.Element {
  const leftMs = props.untilMs - useShop().clock.nowMs.value;
  return (
    <div
      class="countdown scripted"
      role="timer"
      aria-live="off"
      aria-label={`${props.label} ${spokenText(leftMs)}`}
    >
      <span class="countdown-label" aria-hidden="true">
        {props.label}
      </span>
      {countdownParts(leftMs).map(([value, unit]) => (
        <span key={unit} class="countdown-part" aria-hidden="true">
          <b>{twoDigits(value)}</b>
          <i>{unit}</i>
        </span>
      ))}
    </div>
  );
}
