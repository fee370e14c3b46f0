import { expect, test } from "bun:test";
import type { QueueView } from "../../gateway/protocol/views.ts";
import { planOpening } from "./plan-queue.ts";
import type { SalePlan } from "./sale-plan.ts";
import { sampleProduct, sampleSale } from "./testing/sample-product.ts";

const sale = { ...sampleSale(), waitingRoom: true };
const NOW_MS = sale.startsAtMs - 3_600_000;
const product = sampleProduct("A", { sale });
const plan: SalePlan = { action: "create", changes: [], unchanged: ["A"], refusals: [] };
const room = { opens: undefined, admitPerMinute: 600, admissionMs: undefined, isWanted: true };
const queue: QueueView = {
  sale: sale.id,
  opensAtMs: NOW_MS,
  startsAtMs: sale.startsAtMs,
  endsAtMs: sale.endsAtMs,
  admissionMs: 600_000,
  issued: 0,
  shuffle: null,
  line: { base: 0, sinceMs: sale.startsAtMs, perMinute: 600, passed: 0 },
};

function planned(wish: Partial<typeof room> | undefined, known: QueueView | null, id = sale.id): SalePlan {
  const named = { id, room: wish === undefined ? undefined : { ...room, ...wish } };
  return planOpening(plan, [product], named, known, NOW_MS);
}

test("a new waiting room is open from now on, and whoever is let in has ten minutes, unless told", () => {
  const { queue: change } = planned({}, null);
  const { startsAtMs, endsAtMs } = sale;
  const terms = { opensAtMs: NOW_MS, startsAtMs, endsAtMs, admitPerMinute: 600, admissionMs: 600_000 };
  expect(change).toMatchObject({ from: null, to: terms });
});

test("one that is there keeps what is not named, and needs no change when it is so already", () => {
  expect(planned(undefined, queue).queue).toBeUndefined();
  expect(planned({ admitPerMinute: 60 }, queue).queue?.to).toMatchObject({
    opensAtMs: NOW_MS,
    admitPerMinute: 60,
    admissionMs: 600_000,
  });
});

test.each([
  ["has begun", 1_000],
  ["is over", sale.endsAtMs - sale.startsAtMs],
])("one that %s keeps its start, and another drop has another id", (says, sinceStartMs) => {
  const nowMs = sale.startsAtMs + sinceStartMs;
  const later = { ...sale, startsAtMs: nowMs, endsAtMs: nowMs + 3_600_000 };
  const again = sampleProduct("A", { sale: later });
  const named = { id: sale.id, room: { ...room, isWanted: true } };
  const { refusals, queue: change } = planOpening(plan, [again], named, queue, nowMs);
  expect(change).toBeUndefined();
  expect(refusals).toEqual([
    {
      kind: "conflict",
      detail: `the waiting room of ${sale.id} ${says}: when it opens and starts stays as it is, and another drop needs another id`,
    },
  ]);
});

test("terms of a waiting room are for one that is there, or is wanted", () => {
  const twoMinutes = { opens: undefined, admitPerMinute: undefined, admissionMs: 120_000, isWanted: false };
  const named = { id: sale.id, room: twoMinutes };
  expect(planOpening(plan, [product], named, queue, NOW_MS).queue?.to).toMatchObject({
    admissionMs: 120_000,
  });
  const without = sampleProduct("A", { sale: sampleSale() });
  expect(planOpening(plan, [without], named, null, NOW_MS).refusals).toEqual([
    {
      kind: "wrong",
      detail: `--admission-minutes is of a waiting room, and the sale ${sale.id} has none: name --waiting-room, too`,
    },
  ]);
});

test("what cannot be is refused before anything is changed", () => {
  const detailOf = ({ refusals }: SalePlan): string | undefined => refusals[0]?.detail;
  const late = { type: "at", atMs: sale.startsAtMs + 1 } as const;
  expect(detailOf(planned({ admitPerMinute: undefined as never }, null))).toStartWith("--admit is missing");
  expect(detailOf(planned({ opens: late as never }, null))).toBe("--opens must not be after --starts");
  expect(detailOf(planned({}, null, "näher"))).toStartWith("a sale with a waiting room has an id of");
});
