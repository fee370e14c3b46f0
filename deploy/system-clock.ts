import type { Clock } from "../engine/ports/clock.ts";

/** The machine's clock and event loop. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, task) => {
    // Timers take a signed 32-bit delay; a longer one would fire at once.
    const timer = setTimeout(task, Math.min(delayMs, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
  soon: (task) => {
    setImmediate(task);
  },
};
