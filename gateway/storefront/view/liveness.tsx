/** @jsxImportSource preact */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Liveness } from "../state/shop-link.ts";
import { useShop } from "./shop-context.ts";

// Shorter interruptions are over before anybody has read about them.
const PATIENCE_MS = 1_000;
// What the server has drawn is there meanwhile, and shall not be moved for a connection that only takes its time.
const OPENING_PATIENCE_MS = 5_000;

/** Whether the figures on the page are live, in one word. */
export function LiveMark(): JSX.Element {
  const { type } = useShop().link.liveness.value;
  const text = type === "live" ? "Live" : "Offline";
  return (
    <span class={`live-mark live-mark-${type} scripted`}>
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
  const isOpening = liveness.type === "opening";
  const [isOverdue, setOverdue] = useState(false);
  useEffect(() => {
    setOverdue(false);
    if (isLive) return undefined;
    const timer = setTimeout(() => setOverdue(true), isOpening ? OPENING_PATIENCE_MS : PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isLive, isOpening]);
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
      return `Connecting to the shop… ${asOf(liveness)}`;
    case "live":
      return "";
    case "lost":
      return `Connection lost. ${asOf(liveness)}; reconnecting…`;
    case "closed":
      return `The connection has ended. ${asOf(liveness)}; please reload the page.`;
  }
}

function asOf({ sinceMs }: { readonly sinceMs?: number | undefined }): string {
  if (sinceMs === undefined) return "";
  const time = new Date(sinceMs).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
  return `Stock and prices as of ${time}`;
}
