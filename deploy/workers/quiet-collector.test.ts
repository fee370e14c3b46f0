import { expect, test } from "bun:test";
import { ManualClock } from "../../engine/testing/manual-clock.ts";
import { collectWhenQuiet } from "./quiet-collector.ts";

test("garbage is collected once each time that a lane has become quiet, and not while it works", async () => {
  const clock = new ManualClock();
  const lane = { commits: 0, activatedActors: 0 };
  let collections = 0;
  const end = collectWhenQuiet(
    clock,
    () => lane,
    () => void (collections += 1),
  );
  for (let second = 0; second < 60; second += 1) {
    lane.commits += 1;
    await clock.advance(1_000);
  }
  expect(collections).toBe(0);
  await clock.advance(60_000);
  expect(collections).toBe(1);
  // Actors leave memory long after the last commit.
  lane.activatedActors = 7;
  await clock.advance(60_000);
  expect(collections).toBe(2);
  end();
  lane.commits += 1;
  await clock.advance(60_000);
  expect([collections, clock.plannedCount]).toEqual([2, 0]);
});
