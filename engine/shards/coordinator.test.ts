import { expect, test } from "bun:test";
import type { CoordinatorLock } from "../ports/coordinator-lock.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { Coordinator } from "./coordinator.ts";
import type { EchoState } from "./echo.ts";

const LIMITS = { lockRetryMs: 500, settleMs: 0, strangerMs: 3_000 };

/** Of a node that hears itself for as long as nobody says otherwise. */
function echoOf() {
  const listeners = new Set<(state: EchoState) => void>();
  const echo = {
    state: "clear" as EchoState,
    onChange(listener: (state: EchoState) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    become(state: EchoState) {
      echo.state = state;
      for (const listener of listeners) listener(state);
    },
  };
  return echo;
}

/** A node that hears none of those that have shards, and the lock that it tries to take. */
function stranger(clock = new ManualClock(), lock = { isFree: true, terms: 0 }) {
  const log = new CollectingLog();
  const coordinator = new Coordinator({
    node: "stranger",
    lock: {
      async take() {
        if (!lock.isFree) return undefined;
        lock.isFree = false;
        return { number: (lock.terms += 1), resign: async () => void (lock.isFree = true) };
      },
      close: () => Promise.resolve(),
    },
    echo: echoOf(),
    clock,
    log,
    limits: LIMITS,
    isStranger: () => true,
    work: () => ({ open: () => Promise.resolve(), stop: () => undefined }),
  });
  return { clock, lock, log, coordinator };
}

test("a node that hears none of those that have shards leaves the office to others, and takes it if nobody does", async () => {
  const { clock, lock, log, coordinator } = stranger();
  await clock.advance(LIMITS.strangerMs - 1);
  expect([lock.terms, coordinator.term]).toEqual([1, undefined]);
  expect(log.warnings.join()).toContain("hears none of those that have shards");
  await clock.advance(LIMITS.strangerMs);
  expect(coordinator.term).toBe(2);
  await coordinator.stop();
});

test("a node that hears none of those that have shards never coordinates while somebody else does in between", async () => {
  const { clock, lock, coordinator } = stranger();
  for (let round = 0; round < 3; round += 1) {
    await clock.advance(100);
    expect(coordinator.term).toBeUndefined();
    // Others try every half a second: one has a term of its own, and dies.
    lock.terms += 1;
    lock.isFree = false;
    await clock.advance(2 * LIMITS.strangerMs);
    lock.isFree = true;
    await clock.advance(LIMITS.lockRetryMs - 100);
    expect(coordinator.term).toBeUndefined();
  }
  await coordinator.stop();
});

test("of several nodes that hear none of those that have shards, one coordinates in the end", async () => {
  const one = stranger();
  await one.clock.advance(100);
  const other = stranger(one.clock, one.lock);
  await one.clock.advance(4 * LIMITS.strangerMs);
  expect([one.coordinator.term, other.coordinator.term].filter((term) => term !== undefined)).toHaveLength(1);
  await Promise.all([one.coordinator.stop(), other.coordinator.stop()]);
});

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
    echo: echoOf(),
    clock,
    log: new CollectingLog(),
    limits: LIMITS,
    isStranger: () => false,
    work: () => ({ open: async () => away(), stop: () => undefined }),
  });
  await clock.advance(600);
  expect([terms, coordinator.term]).toEqual([2, undefined]);
  isDatabaseAway = false;
  await clock.advance(600);
  expect(coordinator.term).toBe(3);
  await coordinator.stop();
});

/** A node that hears the others, and the lock that it tries to take. */
function candidate(take: () => Promise<void> = () => Promise.resolve()) {
  const clock = new ManualClock();
  const lock = { isHeld: false, terms: 0 };
  const echo = echoOf();
  const coordinator = new Coordinator({
    node: "a",
    lock: {
      async take() {
        lock.isHeld = true;
        lock.terms += 1;
        await take();
        return { number: lock.terms, resign: async () => void (lock.isHeld = false) };
      },
      close: () => Promise.resolve(),
    },
    echo,
    clock,
    log: new CollectingLog(),
    limits: LIMITS,
    isStranger: () => false,
    work: () => ({ open: () => Promise.resolve(), stop: () => undefined }),
  });
  return { clock, lock, echo, coordinator };
}

test("a coordinator that does not hear itself any more gives the lock back at once, and does not take it again", async () => {
  const { clock, lock, echo, coordinator } = candidate();
  await clock.advance(1);
  echo.become("gone");
  await clock.advance(0);
  expect([lock.isHeld, coordinator.term]).toEqual([false, undefined]);
  await clock.advance(10 * LIMITS.lockRetryMs);
  echo.become("faint");
  await clock.advance(10 * LIMITS.lockRetryMs);
  expect([lock.terms, coordinator.term]).toEqual([1, undefined]);
  echo.become("clear");
  await clock.advance(LIMITS.lockRetryMs);
  expect([lock.terms, coordinator.term]).toEqual([2, 2]);
  await coordinator.stop();
});

test("a coordinator that hardly hears itself goes on", async () => {
  const { clock, lock, echo, coordinator } = candidate();
  await clock.advance(1);
  echo.become("faint");
  await clock.advance(10 * LIMITS.lockRetryMs);
  expect([lock.isHeld, coordinator.term]).toEqual([true, 1]);
  await coordinator.stop();
});

test.each(["gone", "faint"] as const)(
  "a node whose echo is %s when it has taken the lock gives it back at once",
  async (state) => {
    const taken = Promise.withResolvers<void>();
    const { clock, lock, echo, coordinator } = candidate(() => taken.promise);
    await clock.advance(1);
    echo.become(state);
    taken.resolve();
    await clock.settle();
    expect([lock.terms, lock.isHeld, coordinator.term]).toEqual([1, false, undefined]);
    await coordinator.stop();
  },
);

test("a node that stands down leaves the office to others, though nobody has it", async () => {
  const { clock, lock, coordinator } = candidate();
  coordinator.standDown();
  await clock.advance(10 * LIMITS.lockRetryMs);
  expect([lock.terms, coordinator.term]).toEqual([0, undefined]);
  await coordinator.stop();
});

test("a node that stands down while it takes the lock gives it back", async () => {
  const taken = Promise.withResolvers<void>();
  const { clock, lock, coordinator } = candidate(() => taken.promise);
  await clock.advance(1);
  coordinator.standDown();
  taken.resolve();
  await clock.advance(LIMITS.lockRetryMs);
  expect([lock.terms, lock.isHeld, coordinator.term]).toEqual([1, false, undefined]);
  await coordinator.stop();
});

test("a coordinator that stands down goes on until it stops", async () => {
  const { clock, lock, coordinator } = candidate();
  await clock.advance(1);
  coordinator.standDown();
  await clock.advance(2 * LIMITS.lockRetryMs);
  expect([lock.isHeld, coordinator.term]).toEqual([true, 1]);
  await coordinator.stop();
  expect(lock.isHeld).toBe(false);
});

test("a node that stops while its term waits for the database gives the lock back at once", async () => {
  const clock = new ManualClock();
  const opening = Promise.withResolvers<void>();
  let isHeld = false;
  const coordinator = new Coordinator({
    node: "a",
    lock: {
      async take() {
        isHeld = true;
        return { number: 1, resign: async () => void (isHeld = false) };
      },
      close: () => Promise.resolve(),
    },
    echo: echoOf(),
    clock,
    log: new CollectingLog(),
    limits: LIMITS,
    isStranger: () => false,
    work: () => ({ open: () => opening.promise, stop: () => undefined }),
  });
  await clock.advance(1);
  expect(isHeld).toBe(true);
  const stopped = coordinator.stop();
  await clock.advance(1);
  expect(isHeld).toBe(false);
  opening.resolve();
  await stopped;
});

test("what keeps a node from coordinating is told once, and again when it is something else or has been mended", async () => {
  const [clock, log] = [new ManualClock(), new CollectingLog()];
  let trouble: string | undefined = "connection refused";
  const coordinator = new Coordinator({
    node: "node-a",
    lock: {
      take: () => (trouble === undefined ? Promise.resolve(undefined) : Promise.reject(new Error(trouble))),
      close: () => Promise.resolve(),
    },
    echo: echoOf(),
    clock,
    log,
    limits: LIMITS,
    isStranger: () => false,
    work: () => ({ open: () => Promise.resolve(), stop: () => undefined }),
  });
  for (const [next, told] of [
    ["connection refused", 1],
    ["no answer", 2],
    [undefined, 2],
    ["no answer", 3],
  ] as const) {
    trouble = next;
    await clock.advance(20 * LIMITS.lockRetryMs);
    expect(log.warnings).toHaveLength(told);
  }
  await coordinator.stop();
});
