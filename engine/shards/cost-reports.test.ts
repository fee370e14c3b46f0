import { expect, test } from "bun:test";
import type { LaneMeasurement, ShardMeasurement } from "../ports/node-threads.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { CostReports } from "./cost-reports.ts";

const SOON_MS = 6_000;

/** Two lanes that are measured as the test says. */
function reported(measure: (lane: number) => Promise<LaneMeasurement>) {
  const clock = new ManualClock();
  const log = new CollectingLog();
  const heard: (readonly ShardMeasurement[])[] = [];
  const asked: number[] = [];
  const threads = {
    measure: (lane: number) => {
      asked.push(lane);
      return measure(lane);
    },
  };
  const reports = new CostReports({
    laneCount: 2,
    threads,
    clock,
    log,
    report: (shards) => heard.push(shards),
  });
  return { clock, log, heard, asked, reports };
}

function measurementOf(lane: number): LaneMeasurement {
  return { load: 0.5 + lane / 10, shards: [{ shard: lane, cost: 0.25 }] };
}

test("every lane is asked again and again, and what it says is passed on", async () => {
  const { clock, heard, reports } = reported((lane) => Promise.resolve(measurementOf(lane)));
  expect(reports.loads).toEqual([null, null]);
  await clock.advance(SOON_MS);
  expect(heard).toEqual([[{ shard: 0, cost: 0.25 }], [{ shard: 1, cost: 0.25 }]]);
  expect(reports.loads).toEqual([0.5, 0.6]);
  await clock.advance(2 * SOON_MS);
  expect(heard).toHaveLength(6);
});

test("a lane that does not answer is not asked again, and holds up no other", async () => {
  const { clock, asked, reports } = reported((lane) =>
    lane === 0 ? new Promise(() => undefined) : Promise.resolve(measurementOf(lane)),
  );
  await clock.advance(3 * SOON_MS);
  expect(asked).toEqual([0, 1, 1, 1]);
  expect(reports.loads).toEqual([null, 0.6]);
});

test("a lane that cannot be measured is asked again later", async () => {
  const { clock, asked, log } = reported(() => Promise.reject(new Error("it is not open")));
  await clock.advance(2 * SOON_MS);
  expect(asked).toEqual([0, 1, 0, 1]);
  expect(log.warnings).toHaveLength(4);
});

test("nothing is reported once it has stopped", async () => {
  const { promise, resolve } = Promise.withResolvers<LaneMeasurement>();
  const { clock, asked, heard, reports } = reported(() => promise);
  await clock.advance(SOON_MS);
  reports.stop();
  resolve(measurementOf(0));
  await clock.advance(2 * SOON_MS);
  expect([asked, heard]).toEqual([[0, 1], []]);
});
