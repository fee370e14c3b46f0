import { countText } from "../figures/figures-text.ts";

/** How long a shop was away after kill -9. */
export interface RestartReport {
  /** Actors that the shop knew, nearly all of them not in memory. */
  readonly knownActors: number;
  readonly lanes: number;
  /** Each kill: from the start of the new process, milliseconds. */
  readonly restarts: readonly RestartTimes[];
}

/** One restart; times in milliseconds since the new process was started. */
export interface RestartTimes {
  /** Events that no checkpoint had when the shop was killed, one more for each segment. */
  readonly tailEvents: number;
  /** `/readyz` says 200. */
  readonly readyMs: number;
  /** A shopper's command was answered. */
  readonly answeredMs: number;
}

/** The report for people, in lines. */
export function restartText({ knownActors, lanes, restarts }: RestartReport): string {
  const scope = `${countText(knownActors)} carts known, ${lanes} ${lanes === 1 ? "lane" : "lanes"}`;
  const rows = restarts.map(({ tailEvents, readyMs, answeredMs }) =>
    [tailEvents, readyMs, answeredMs].map(countText),
  );
  const columns = [["events to fold", "ready, ms", "answered, ms"], ...rows];
  return [
    `kill -9 and start again   (${scope})`,
    "",
    ...columns.map((cells) => cells.map((cell) => cell.padStart(16)).join("")),
  ].join("\n");
}
