import type { Clock } from "../ports/clock.ts";

/** The machine's clock and event loop, for tests and probes in real time. */
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
