import { expect, test } from "bun:test";
import { restartText } from "./restart-report.ts";

test("the text has a row for each kill, with what there was to fold", () => {
  const restarts = [
    { tailEvents: 106_728, readyMs: 1_204.4, answeredMs: 1_310 },
    { tailEvents: 90_000, readyMs: 990, answeredMs: 1_001 },
  ];
  expect(restartText({ knownActors: 1_000_000, lanes: 2, restarts }).split("\n")).toEqual([
    "kill -9 and start again   (1,000,000 carts known, 2 lanes)",
    "",
    "  events to fold       ready, ms    answered, ms",
    "         106,728           1,204           1,310",
    "          90,000             990           1,001",
  ]);
});
