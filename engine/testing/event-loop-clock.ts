import type { Clock } from "../ports/clock.ts";

/** The machine's clock and event loop, for tests against real servers. */
export const eventLoopClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  soon: (task) => {
    setImmediate(task);
  },
};
