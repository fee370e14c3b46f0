import { expect, test } from "bun:test";
import type { LoadEnd } from "../load/generator-messages.ts";
import type { LoadEvents, LoadPlan } from "../load/generators.ts";
import type { RunWatch } from "./run-stage.ts";
import { runVisitors, type RunningGenerators, type Visit } from "./run-visitors.ts";
import { testScenario } from "./testing/scenario.ts";
import { toldSecond } from "./testing/told-second.ts";

const ORDER = {
  key: "k",
  reply: { orderId: "CART~1", totalMinor: 100, taxMinor: 19, currency: "EUR" },
} as const;

const EARLY_MS_MAX = 20;
// Much longer than any test: how long a run was tells how it ended.
const RUN_SECONDS = 600;

/** Generators that do as the test says. */
class PlayedGenerators implements RunningGenerators {
  readonly #done = Promise.withResolvers<LoadEnd>();
  readonly #play: (play: PlayedGenerators) => void;
  readonly events: LoadEvents;
  isStopped = false;
  isClosed = false;

  constructor(events: LoadEvents, play: (play: PlayedGenerators) => void) {
    this.events = events;
    this.#play = play;
  }

  start(atMs: number): void {
    // A timer may come a little early; the run has begun for certain then.
    setTimeout(() => this.#play(this), atMs + EARLY_MS_MAX - Date.now());
  }

  stop(): void {
    this.isStopped = true;
    this.end();
  }

  end(end: Partial<LoadEnd> = {}): void {
    this.#done.resolve({ unanswered: 0, cutOffAtSeconds: null, ...end });
  }

  fail(reason: string): void {
    this.#done.reject(new Error(reason));
  }

  get done(): Promise<LoadEnd> {
    return this.#done.promise;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const surroundings = {
  processes: { shopPids: "they are elsewhere", postgresPid: undefined },
  available: () => 7,
};

/** One phase. */
function onePhase(): LoadPlan {
  const scenario = testScenario({
    warmUpSeconds: 0,
    phases: [{ name: "only", seconds: RUN_SECONDS, fromRate: 1, toRate: 1 }],
  });
  return {
    scenario,
    runId: "r",
    seed: 1,
    generators: 1,
    socketUrl: "ws://127.0.0.1/",
    skus: ["A"],
    recorded: [],
  };
}

/** Runs with generators that do as `play` says. */
async function run(play: (generators: PlayedGenerators) => void, watch: RunWatch = {}) {
  let generators: PlayedGenerators | undefined;
  const open = async (_: LoadPlan, events: LoadEvents): Promise<RunningGenerators> => {
    generators = new PlayedGenerators(events, play);
    return generators;
  };
  const visit = runVisitors(onePhase(), open, surroundings, watch);
  return { visit: await visit.catch((error: unknown) => error as Error), generators };
}

function secondsOf(visit: Visit | Error): number {
  if (visit instanceof Error) throw visit;
  return visit.whole.seconds;
}

test("what generators tell becomes figures, and the processes are closed", async () => {
  const { visit, generators } = await run((played) => {
    played.events.acknowledged([ORDER]);
    played.events.second(toldSecond(0, { orders: 1, arrivals: 2, ms: { order: [3] } }));
    played.end({ unanswered: 1 });
  });
  expect(visit).toMatchObject({
    acknowledged: [ORDER],
    unanswered: 1,
    interrupted: false,
    shopWentAway: false,
    whole: { orders: 1, arrivals: 2, seconds: RUN_SECONDS },
    timeline: [{ second: 0, phase: "only", orders: 1, available: 7 }],
  });
  expect(generators).toMatchObject({ isClosed: true, isStopped: false });
});

test("a run that is told to end stops its generators and keeps what was measured", async () => {
  const interruption = new AbortController();
  const { visit, generators } = await run(
    ({ events }) => {
      events.second(toldSecond(0, { orders: 1 }));
      interruption.abort();
    },
    { signal: interruption.signal },
  );
  expect(visit).toMatchObject({ interrupted: true, shopWentAway: false, whole: { orders: 1 } });
  expect(secondsOf(visit)).toBeLessThan(RUN_SECONDS);
  expect(generators).toMatchObject({ isClosed: true, isStopped: true });
});

test("a run that is told to end before its connections are open has no result, and leaves no process", async () => {
  const interruption = new AbortController();
  const opening = Promise.withResolvers<RunningGenerators>();
  const visit = runVisitors(onePhase(), () => opening.promise, surroundings, {
    signal: interruption.signal,
  });
  interruption.abort();
  await expect(visit).rejects.toThrow("ended early");
  const closed = Promise.withResolvers<void>();
  const late = { start: () => undefined, stop: () => undefined, done: new Promise<LoadEnd>(() => undefined) };
  opening.resolve({ ...late, close: async () => closed.resolve() });
  await closed.promise;
});

test("generators that lost the shop tell that it went away, and the figures end when it did", async () => {
  const { visit } = await run((played) => {
    for (const second of [0, 1, 2, 3])
      played.events.second(toldSecond(second, { orders: second < 2 ? 10 : 0 }));
    played.end({ cutOffAtSeconds: 2, unanswered: 4 });
  });
  expect(visit).toMatchObject({ shopWentAway: true, interrupted: false, unanswered: 4 });
  expect(visit).toMatchObject({ whole: { seconds: 2, orders: 20, ordersPerSecond: 10 } });
});

test("a generator that fails ends the run, and all processes are closed", async () => {
  const { visit, generators } = await run((played) => played.fail("a generator ended with 1"));
  expect(visit).toMatchObject({ message: "a generator ended with 1" });
  expect(generators?.isClosed).toBe(true);
});

test("generators that cannot keep up raise the alarm, at once and in the figures", async () => {
  const heard: string[] = [];
  const warned: string[][] = [];
  const { visit } = await run(
    (played) => {
      for (const second of [0, 1, 2]) {
        played.events.second(toldSecond(second, { cpuMicros: 990_000 }));
        warned.push([...heard]);
      }
      played.end();
    },
    { saturated: ({ reasons }) => heard.push(...reasons) },
  );
  const busy = (seconds: number): string =>
    `Generator 0 used up to 99 % of a processor from second 0 on (in ${seconds} seconds of only)`;
  expect(warned).toEqual([[], [busy(2)], [busy(2), busy(3)]]);
  expect(visit).toMatchObject({ saturation: { isSaturated: true } });
});

test("whoever watches hears of each stage in its turn", async () => {
  const stages: string[] = [];
  await run(
    (played) => {
      played.events.opening(1, 1);
      played.end();
    },
    { stage: (stage) => stages.push(stage) },
  );
  expect([...new Set(stages)]).toEqual(["opening connections", "running"]);
});
