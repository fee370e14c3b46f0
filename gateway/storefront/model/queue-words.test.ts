import { expect, test } from "bun:test";
import type { QueueView } from "../../protocol/views.ts";
import { situationOf, waitMsOf } from "./queue-situation.ts";
import { briefly, queueWords, supplyOf } from "./queue-words.ts";
import { waitStep } from "./queue-wait.ts";

const MINUTE_MS = 60_000;
const STARTS_MS = 100 * MINUTE_MS;
const gathering: QueueView = {
  sale: "drop",
  opensAtMs: 90 * MINUTE_MS,
  startsAtMs: STARTS_MS,
  endsAtMs: 200 * MINUTE_MS,
  admissionMs: 10 * MINUTE_MS,
  issued: 1_300,
  shuffle: null,
  line: { base: 0, sinceMs: 0, perMinute: 0, passed: 0 },
};
// Nobody was there before the start, so that a number is a place.
const moving: QueueView = {
  ...gathering,
  shuffle: { size: 0, seed: 1 },
  line: { base: 0, sinceMs: STARTS_MS, perMinute: 100, passed: 0 },
};

function told(queue: QueueView | null | undefined, number: number | undefined, nowMs: number) {
  const situation = situationOf(queue, number, nowMs);
  const waitMs = waitMsOf(situation, nowMs);
  return queueWords(situation, "there", waitMs === null ? undefined : waitStep(waitMs));
}

test("whoever has not joined is told when that can be done, what it brings, and how long it takes", () => {
  expect(told(undefined, undefined, 0).title).toBe("This sale has a waiting room");
  expect(told(null, undefined, 0).detail).toBe("It is not open yet.");
  expect(told(gathering, undefined, 0).detail).toStartWith("It opens ");
  expect(told(gathering, undefined, STARTS_MS - 1).detail).toBe(
    "1,300 people are here already. Places are drawn when the sale starts: whoever joins before has the same chance.",
  );
  expect(told(moving, undefined, STARTS_MS).detail).toBe(
    "1,300 people are before you. The wait is about 15 minutes.",
  );
  expect(told({ ...moving, issued: 0 }, undefined, STARTS_MS + MINUTE_MS).detail).toBe(
    "Nobody waits: it is your turn as soon as you join.",
  );
});

test("whoever waits is told how many are before, and how long that takes", () => {
  expect(told(gathering, 7, STARTS_MS - 1).title).toBe("You are in the queue");
  expect(told(moving, 1_000, STARTS_MS)).toMatchObject({
    title: "Place 1,001",
    detail: "1,000 people are before you. Your turn comes in about 15 minutes.",
  });
  expect(told(moving, 1, STARTS_MS).detail).toStartWith("1 person is before you.");
  expect(told(moving, 0, STARTS_MS)).toMatchObject({
    title: "You are next",
    detail: "Your turn comes in less than a minute.",
  });
  const still = { ...moving, line: { ...moving.line, perMinute: 0 } };
  expect(told(still, 5, STARTS_MS).detail).toEndWith(
    "Nobody is let in at the moment. Your place stays yours.",
  );
});

test("whoever was let in is told until when, then that it is over, and then that the sale is", () => {
  const turnMs = STARTS_MS + 10 * MINUTE_MS;
  expect(told(moving, 999, turnMs).title).toBe("It is your turn");
  expect(told(moving, 999, turnMs + 10 * MINUTE_MS).detail).toBe("You can join again, behind all who wait.");
  expect(told(moving, 999, moving.endsAtMs).title).toBe("This sale is over");
});

test("that there is nothing to buy is told whoever waits at once, and that the place stays", () => {
  const situation = situationOf(moving, 1_000, STARTS_MS);
  expect(queueWords(situation, supplyOf({ available: 0, paused: false }), 15)).toMatchObject({
    title: "Sold out",
    detail: expect.stringContaining("Your place stays yours."),
  });
  expect(queueWords(situation, supplyOf({ available: 5, paused: true }), 15).title).toBe("Selling is paused");
  expect(queueWords(situationOf(moving, undefined, STARTS_MS), "sold_out", 15).detail).not.toContain("place");
});

test("whoever waits while it is sold out is told which place, and that units come back only if holds end unpaid", () => {
  const soldOut = (number: number) =>
    queueWords(situationOf(moving, number, STARTS_MS), "sold_out", 15).detail;
  expect(soldOut(1_000)).toStartWith("You have place 1,001. If ");
  expect(soldOut(0)).toStartWith("You are next. If ");
  expect(queueWords(situationOf(moving, undefined, STARTS_MS), "sold_out", 15).detail).toStartWith("If ");
});

test("what is read out changes with what is told of the wait, and not with each second", () => {
  const milestones = new Set<string>();
  for (let nowMs = STARTS_MS; nowMs < STARTS_MS + 10 * MINUTE_MS; nowMs += 1_000) {
    milestones.add(told(moving, 999, nowMs).milestone);
  }
  expect(milestones.size).toBe(8);
});

test("in few words it is the place and the wait, or what matters more", () => {
  const situation = situationOf(moving, 1_000, STARTS_MS);
  expect(briefly(situation, "there", 15)).toBe("Place 1,001, about 15 minutes");
  expect(briefly(situation, "sold_out", 15)).toBe("Sold out");
});
