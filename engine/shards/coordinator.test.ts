import { expect, test } from "bun:test";
import type { CoordinatorLock } from "../ports/coordinator-lock.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { MemoryBusServer } from "../transport/bus/memory-bus.ts";
import { Coordinator } from "./coordinator.ts";

test("a node that can neither begin a term nor give its lock back tries again", async () => {
  const clock = new ManualClock();
  let isDatabaseAway = true;
  let terms = 0;
  const away = (): void => {
    if (isDatabaseAway) throw new Error("the database is away");
  };
  const lock: CoordinatorLock = {
    take: async () => ({ number: (terms += 1), resign: async () => away() }),
    close: () => Promise.resolve(),
  };
  const coordinator = new Coordinator({
    node: "a",
    lock,
    bus: new MemoryBusServer(clock).connect(),
    clock,
    log: new CollectingLog(),
    limits: { lockRetryMs: 500, settleMs: 0, busAwayMaxMs: 3_000 },
    work: () => ({ open: async () => away(), stop: () => undefined }),
  });
  await clock.advance(600);
  expect([terms, coordinator.term]).toEqual([2, undefined]);
  isDatabaseAway = false;
  await clock.advance(600);
  expect(coordinator.term).toBe(3);
  await coordinator.stop();
});
