import { expect, test } from "bun:test";
import { CONSOLE_POINTS_MAX, CONSOLE_VERSION, type ConsoleNow } from "../../protocol/console-line.ts";
import { EMPTY_TIMELINE, prolonged, remembered, type Timeline } from "./timeline.ts";

function now(atMs: number, skus: readonly string[], trouble: string | null = null): ConsoleNow {
  const point = { atMs, ordersPerSecond: 1, p50Ms: null, p99Ms: null };
  const value = skus.map((sku) => ({
    sku,
    title: sku,
    available: 1,
    held: 0,
    sold: 0,
    sale: null,
    pause: null,
  }));
  return { point, products: { value, atMs, trouble } } as unknown as ConsoleNow;
}

function seconds(timeline: Timeline): readonly number[] {
  return timeline.points.map(({ atMs }) => atMs);
}

test("a timeline forgets what is ten minutes old, and products that are not shown any more", () => {
  let timeline = EMPTY_TIMELINE;
  for (let second = 0; second <= CONSOLE_POINTS_MAX; second += 1)
    timeline = prolonged(timeline, now(second, second < 5 ? ["A", "B"] : ["B"]));
  expect([timeline.points.length, seconds(timeline)[0]]).toEqual([CONSOLE_POINTS_MAX, 1]);
  expect(Object.keys(timeline.stock)).toEqual(["B"]);
  expect(timeline.stock["B"]).toHaveLength(CONSOLE_POINTS_MAX);
});

test("stock that is not known now is not drawn as if it stood still", () => {
  const timeline = prolonged(
    prolonged(EMPTY_TIMELINE, now(1, ["A"])),
    now(2, ["A"], "Postgres cannot be read"),
  );
  expect([seconds(timeline), timeline.stock["A"]?.length]).toEqual([[1, 2], 1]);
});

test("after another node has answered, what it remembers and what the page has seen are one line", () => {
  const seen = [1, 2, 3, 9].reduce((timeline, atMs) => prolonged(timeline, now(atMs, ["A"])), EMPTY_TIMELINE);
  const points = [3, 4, 5].map((atMs) => ({ atMs, ordersPerSecond: 2, p50Ms: null, p99Ms: null }));
  const both = remembered(seen, { type: "History", version: CONSOLE_VERSION, points, stock: {} });
  expect(seconds(both)).toEqual([1, 2, 3, 4, 5, 9]);
  expect(both.stock["A"]).toHaveLength(4);
});
