import { statSync } from "node:fs";
import type { Log } from "../../engine/ports/log.ts";
import { until } from "./postmaster.ts";

/** A server that starts: where it writes its log, and whom to tell that it takes a while. */
export interface StartingServer {
  readonly logPath: string;
  readonly log: Log;
  /** How long nothing may be heard of it, milliseconds: two minutes unless told otherwise. */
  readonly silenceMs?: number;
}

// A server that replays tells every ten seconds how far it is (`log_startup_progress_interval`).
const SILENCE_MS = 120_000;

/**
 * Waits until `condition` holds, for as long as the server says something. After a crash it replays its write-ahead log, which may take
 * minutes: one that is ended meanwhile would begin anew at the next start, and never be done. Returns false when nothing was heard.
 */
export async function untilSilent(
  condition: () => Promise<boolean>,
  { logPath, log, silenceMs = SILENCE_MS }: StartingServer,
): Promise<boolean> {
  for (;;) {
    const heardBytes = sizeOf(logPath);
    let holds = false;
    const settled = await until(async () => {
      holds = await condition();
      return holds || sizeOf(logPath) !== heardBytes;
    }, silenceMs);
    if (holds || !settled) return holds;
    const tookMs = elapsedMsIn(await Bun.file(logPath).slice(heardBytes).text());
    if (tookMs !== undefined)
      log.info(
        { tookMs, path: logPath },
        "embedded Postgres repairs what a crash has left; this may take minutes",
      );
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** How long the server has been at it by its newest line, such as `redo in progress, elapsed time: 10.00 s, current LSN: 0/1A2B3C8`. */
function elapsedMsIn(text: string): number | undefined {
  const newest = [...text.matchAll(/elapsed time: ([\d.]+) s/gu)].at(-1);
  return newest === undefined ? undefined : Math.round(Number(newest[1]) * 1000);
}
