import { expect, test } from "bun:test";
import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import { eventually } from "../../persistence/testing/condition.ts";
import type { Step } from "../scenario/scenario.ts";
import type { Company } from "./company.ts";
import type { GeneratorSecond, Timed } from "./generator-messages.ts";
import { Popularity } from "./popularity.ts";
import { SecondTally } from "./second-tally.ts";
import { Walk } from "./walk.ts";

const BUSY_MS = 80;

/** A walk over a connection that keeps what is sent, by somebody whose whole time is one second. */
function walkOf(...steps: readonly Step[]) {
  const sent: string[] = [];
  const outlet = { nextId: () => sent.length + 1, send: (frame: string) => void sent.push(frame) };
  const company: Company = {
    tally: new SecondTally(0),
    skus: ["A", "B", "C"],
    popularity: new Popularity(3, 0),
    hasLimit: false,
    isEnding: false,
    nextKey: () => "key",
    passed: () => undefined,
    acknowledged: () => undefined,
    unanswered: () => undefined,
  };
  const walk = new Walk(outlet, company, () => undefined);
  const begin = (dueMs: number, nowMs: number): void => {
    const journey = { name: "only", weight: 1, steps };
    walk.begin({ journey, dueMs, seed: 1, number: 1, basket: undefined }, nowMs);
  };
  const add = (nowMs: number): void =>
    walk.received({ re: sent.length, ok: { line: 1, quantity: 1 } }, nowMs);
  return { walk, sent, begin, add, close: () => company.tally.close() };
}

const ADD: Step = { kind: "add", lines: 1, quantity: 1 };
const THINK: Step = { kind: "think", meanMs: 1 };

/** Keeps this process from doing anything else. */
function keepBusy(): void {
  const untilMs = performance.now() + BUSY_MS;
  while (performance.now() < untilMs);
}

/** The longest latency of a kind in a second, milliseconds. */
function longestMs({ micros }: GeneratorSecond, timed: Timed): number {
  return decodeFromCompressedBase64(micros[timed] ?? "", 32, false).maxValue / 1_000;
}

test("what comes after a thought counts from the thought's end, though the generator was busy then", async () => {
  const { sent, begin, add, close } = walkOf(THINK, ADD);
  const startMs = performance.now();
  begin(startMs, startMs);
  keepBusy();
  await eventually("the command was sent", () => sent.length === 1);
  add(performance.now());
  const second = close();
  expect(second.latestStartMs).toBeGreaterThan(BUSY_MS / 2);
  expect(longestMs(second, "cart.add")).toBeGreaterThan(BUSY_MS / 2);
});

test("the first thing that a visitor does counts from its intended start, and the second does not", () => {
  const { begin, add, close } = walkOf(ADD, ADD);
  begin(1_000, 1_040);
  add(1_050);
  expect(longestMs(close(), "cart.add")).toBeWithin(49, 51);
  add(1_053);
  expect(longestMs(close(), "cart.add")).toBeWithin(2, 4);
});

test.each([
  [{ kind: "browse", products: 1 }, "browse"],
  [ADD, "cart.add"],
  [{ kind: "burst", commands: 2, quantity: 1 }, "cart.add"],
  [{ kind: "checkout", paymentToken: "tok_ok" }, "checkout"],
] as const)("a visit that is cut off in %j is unfinished, and its wait counts as %s", (step, timed) => {
  const { walk, begin, close } = walkOf(step);
  begin(1_000, 1_000);
  walk.lost(1_030);
  const second = close();
  expect(second).toMatchObject({ unfinished: 1, completed: 0 });
  expect(Object.keys(second.micros)).toEqual([timed]);
  expect(longestMs(second, timed)).toBeWithin(29, 31);
});

test("who is gone while thinking, or before coming, leaves no wait behind", () => {
  const { walk, begin, close } = walkOf({ kind: "think", meanMs: 3_600_000 }, ADD);
  walk.lost(1_000);
  expect(close().unfinished).toBe(0);
  begin(1_000, 1_000);
  walk.lost(1_030);
  expect(close()).toMatchObject({ unfinished: 1, micros: {} });
});
