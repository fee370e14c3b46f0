import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Liveness } from "../state/shop-link.ts";
import { useShop } from "./shop-context.ts";

// Shorter interruptions are over before anybody has read about them.
const PATIENCE_MS = 1_000;

/** Whether the figures on the page are live, in one word. */
export function LiveMark(): JSX.Element {
  const { type } = useShop().link.liveness.value;
  const text = type === "live" ? "Live" : "Offline";
  return (
    <span class={`live-mark live-mark-${type}`}>
      <span class="live-dot" aria-hidden="true" />
      {text}
    </span>
  );
}

/**
 * Says that the page is not live, once that has lasted a moment, and how old its figures are. A dialog has one of its own: it covers
 * that of the page, and keeps screen readers from hearing it.
 */
export function LivenessBanner(): JSX.Element {
  const liveness = useShop().link.liveness.value;
  const isLive = liveness.type === "live";
  const [isOverdue, setOverdue] = useState(false);
  useEffect(() => {
    setOverdue(false);
    if (isLive) return undefined;
    const timer = setTimeout(() => setOverdue(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isLive]);
  const isShown = isOverdue && !isLive;
  return (
    // The region is there before its words are: else they would not be read out.
    <div class="banner-place" role="status">
      {isShown && (
        <p class="banner">
          <span class="spinner" aria-hidden="true" />
          <span>{bannerText(liveness)}</span>
        </p>
      )}
    </div>
  );
}

function bannerText(liveness: Liveness): string {
  switch (liveness.type) {
    case "opening":
      return "Connecting to the shop…";
    case "live":
      return "";
    case "lost":
      return `Connection lost. Stock and prices as of ${timeOfDay(liveness.sinceMs)}; reconnecting…`;
    case "closed":
      return `The connection has ended. Stock and prices as of ${timeOfDay(liveness.sinceMs)}; please reload the page.`;
  }
}

function timeOfDay(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
}
