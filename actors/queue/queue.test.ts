import { beforeEach, expect, test } from "bun:test";
import { limits } from "../limits.ts";
import { TestShop } from "../testing/test-shop.ts";
import type { QueueCommand, QueueTerms, QueueView } from "./messages.ts";

const SALE = "drop";
let shop: TestShop;
let terms: QueueTerms;

beforeEach(() => {
  shop = new TestShop();
  const nowMs = shop.nowMs;
  terms = {
    opensAtMs: nowMs,
    startsAtMs: nowMs + 60_000,
    endsAtMs: nowMs + 3_600_000,
    admitPerMinute: 600,
    admissionMs: 300_000,
  };
});

function tell(command: QueueCommand) {
  return shop.ask("queue", SALE, command);
}

function code(command: QueueCommand): string | undefined {
  const outcome = tell(command);
  return outcome?.type === "refused" ? outcome.refusal.code : outcome?.type;
}

function come(count: number): number {
  const outcome = tell({ type: "IssueNumbers", count, salt: 7 });
  return outcome?.type === "done" ? (outcome.reply as { first: number }).first : Number.NaN;
}

function view(): QueueView {
  return shop.view("queue", SALE) as QueueView;
}

function open(changes: Partial<QueueTerms> = {}): void {
  expect(code({ type: "OpenQueue", terms: { ...terms, ...changes } })).toBe("done");
}

test("numbers are given out in order of coming, each once", () => {
  open();
  expect([come(3), come(1), come(100_000), come(2)]).toEqual([0, 3, 4, 100_004]);
  expect(view().issued).toBe(100_006);
});

test("a queue that is not there, not open yet, over or full gives out none", () => {
  expect(code({ type: "IssueNumbers", count: 1, salt: 1 })).toBe("queue_not_found");
  expect(view()).toBeUndefined();
  open({ opensAtMs: terms.opensAtMs + 1_000 });
  expect(code({ type: "IssueNumbers", count: 1, salt: 1 })).toBe("queue_closed");
  shop.nowMs += 1_000;
  expect(code({ type: "IssueNumbers", count: limits.queueNumbersMax + 1, salt: 1 })).toBe("queue_full");
  shop.nowMs = terms.endsAtMs;
  expect(code({ type: "IssueNumbers", count: 1, salt: 1 })).toBe("queue_closed");
});

test("those who are there at the start are shuffled then, whether the wake-up comes in time or not", () => {
  open();
  come(5);
  expect(view()).toMatchObject({
    shuffle: null,
    line: { base: 0, sinceMs: terms.startsAtMs, perMinute: 600 },
  });
  shop.nowMs = terms.startsAtMs + 250;
  // Somebody is faster than the wake-up, and late all the same.
  expect(come(1)).toBe(5);
  expect(view()).toMatchObject({ shuffle: { size: 5 }, line: { base: 0, sinceMs: terms.startsAtMs + 250 } });
  shop.wakeDue();
  expect(shop.history("queue", SALE).filter((type) => type === "QueueShuffled")).toHaveLength(1);
});

test("what every gateway adds changes the shuffle", () => {
  const seeds = [1, 2].map((salt) => {
    shop = new TestShop();
    open();
    tell({ type: "IssueNumbers", count: 5, salt });
    shop.advance(60_000);
    return view().shuffle?.seed;
  });
  expect(seeds[0]).not.toBe(seeds[1]);
});

test("another rate counts from when it is said: nobody is taken back, and who had their time does not get it again", () => {
  open();
  come(10_000);
  shop.advance(60_000);
  const startMs = shop.nowMs;
  shop.nowMs += 300_000;
  tell({ type: "ChangeRate", admitPerMinute: 60 });
  expect(view().line).toEqual({ base: 3_000, sinceMs: startMs + 300_000, perMinute: 60, passed: 0 });
  shop.nowMs += 400_000;
  tell({ type: "ChangeRate", admitPerMinute: 0 });
  expect(view().line).toEqual({ base: 3_400, sinceMs: startMs + 700_000, perMinute: 0, passed: 3_100 });
  const before = shop.log("queue", SALE).length;
  tell({ type: "ChangeRate", admitPerMinute: 0 });
  expect(shop.log("queue", SALE)).toHaveLength(before);
});

test("a queue where nobody waits saves up some seconds, and no more", () => {
  open();
  shop.advance(60_000);
  shop.nowMs += 600_000;
  come(1);
  // 600 a minute are 50 in five seconds.
  expect(view().line).toMatchObject({ base: 50, passed: 0 });
  come(1_000);
  shop.nowMs += 1_000;
  come(1);
  expect(view().line.base).toBe(50);
});

test("in a pause nobody is let in who comes, and none before them is taken back", () => {
  open();
  shop.advance(60_000);
  come(10);
  shop.nowMs += 600_000;
  tell({ type: "ChangeRate", admitPerMinute: 0 });
  expect(view().line.base).toBe(10);
  shop.nowMs += 600_000;
  expect(come(5)).toBe(10);
  expect(view().line.base).toBe(10);
});

test("a queue that has begun keeps its start; its end, its rate and the time to buy can change", () => {
  open();
  open({ startsAtMs: terms.startsAtMs + 60_000 });
  shop.advance(120_000);
  expect(code({ type: "OpenQueue", terms })).toBe("queue_begun");
  open({ startsAtMs: terms.startsAtMs + 60_000, endsAtMs: terms.endsAtMs + 1, admitPerMinute: 1_200 });
  expect(view()).toMatchObject({ endsAtMs: terms.endsAtMs + 1, line: { perMinute: 1_200 } });
  expect(code({ type: "EndQueue" })).toBe("done");
  expect(view().endsAtMs).toBe(shop.nowMs);
});

test.each([
  ["opensAtMs", { opensAtMs: 2, startsAtMs: 1 }],
  ["endsAtMs", { endsAtMs: 1 }],
  ["admissionMs", { admissionMs: 1 }],
  ["admitPerMinute", { admitPerMinute: 0.5 }],
  ["admitPerMinute", { admitPerMinute: -1 }],
])("terms with a wrong %s are refused", (field, wrong) => {
  expect(tell({ type: "OpenQueue", terms: { ...terms, ...wrong } })).toMatchObject({
    type: "refused",
    refusal: { code: "invalid_queue", field },
  });
});
