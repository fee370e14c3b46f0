import { expect, test } from "bun:test";
import { JourneyChoice } from "./journey-choice.ts";
import { Random } from "./random.ts";

test("each journey comes as often as its weight says", () => {
  const journeys = [
    { name: "rare", weight: 0.5, steps: [] },
    { name: "usual", weight: 3, steps: [] },
    { name: "some", weight: 1.5, steps: [] },
  ];
  const choice = new JourneyChoice(journeys, new Random(4));
  const counts = new Map<string, number>();
  for (let visit = 0; visit < 100_000; visit += 1) {
    const { name } = choice.next();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  expect(counts.get("rare")).toBeWithin(9_600, 10_400);
  expect(counts.get("usual")).toBeWithin(59_300, 60_700);
  expect(counts.get("some")).toBeWithin(29_400, 30_600);
});
