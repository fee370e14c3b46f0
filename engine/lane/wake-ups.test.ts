import { expect, test } from "bun:test";
import { LaneRig } from "../testing/lane-rig.ts";

const START_MS = 1_000_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

function alarmAt(dueAtMs: number) {
  return { type: "SetAlarm", dueAtMs } as const;
}

/** The lane decides something while the machine's clock is ahead, and then it is set right. */
async function setAhead(rig: LaneRig): Promise<void> {
  rig.clock.setBack(-HOUR_MS);
  await rig.ask(rig.actorIn(1), { type: "Add", amount: 1 });
  rig.clock.setBack(HOUR_MS);
}

/** When actors rang, as the journal has it. */
function rings(rig: LaneRig): readonly number[] {
  return rig.journal
    .commits()
    .filter(({ body }) => body.actors.some((entry) => entry.events.some(({ type }) => type === "Rang")))
    .map(({ body }) => body.atMs);
}

test("an actor is woken when it is due, and not before", async () => {
  const rig = await new LaneRig().open();
  await rig.ask(rig.actorIn(0), alarmAt(START_MS + 500));
  await rig.ask(rig.actorIn(1), alarmAt(START_MS + 300));
  await rig.clock.advance(299);
  expect(rings(rig)).toEqual([]);
  await rig.clock.advance(10_000);
  expect(rings(rig)).toEqual([START_MS + 500, START_MS + 300]);
});

test("a time moved earlier counts, and one moved later too", async () => {
  const rig = await new LaneRig().open();
  const [earlier, later] = [rig.actorIn(0), rig.actorIn(1)];
  await rig.ask(earlier, alarmAt(START_MS + 500));
  await rig.ask(earlier, alarmAt(START_MS + 200));
  await rig.ask(later, alarmAt(START_MS + 300));
  await rig.ask(later, alarmAt(START_MS + 900));
  await rig.clock.advance(10_000);
  expect(rings(rig)).toEqual([START_MS + 200, START_MS + 900]);
});

test("an actor is woken after a restart, at once if its time has passed meanwhile", async () => {
  const rig = await new LaneRig().open();
  await rig.ask(rig.actorIn(0), alarmAt(START_MS + 500));
  await rig.ask(rig.actorIn(1), alarmAt(START_MS + 5_000));
  await rig.lane().stop();
  await rig.clock.advance(1_000);
  await rig.restart();
  expect(rings(rig)).toEqual([START_MS + 1_000]);
  await rig.clock.advance(10_000);
  expect(rings(rig)).toEqual([START_MS + 1_000, START_MS + 5_000]);
});

test("an actor that has left memory is woken on time", async () => {
  const rig = await new LaneRig({ limits: { activatedActorsMax: 0 } }).open();
  await rig.ask(rig.actorIn(0), alarmAt(START_MS + 30_000));
  await rig.clock.advance(20_000);
  expect(rig.lane().statistics().activatedActors).toBe(0);
  await rig.clock.advance(10_000);
  expect(rings(rig)).toEqual([START_MS + 30_000]);
});

test("an actor that is due while a commit is in flight is looked at again once, not in circles", async () => {
  const rig = await new LaneRig().open();
  const actor = rig.actorIn(0);
  rig.journal.hold();
  await rig.ask(actor, alarmAt(START_MS + 100));
  rig.send(actor, { type: "Add", amount: 1 });
  await rig.clock.settle();
  // The batch that is open now has an earlier time than the alarm.
  await rig.clock.advance(1_000);
  rig.journal.release();
  await rig.clock.settle();
  expect(rings(rig)).toEqual([START_MS + 1_000]);
});

test("an actor that is due in many days is woken on time, with few looks in between", async () => {
  const rig = await new LaneRig().open();
  await rig.ask(rig.actorIn(0), alarmAt(START_MS + 30 * DAY_MS));
  const delays: number[] = [];
  const { clock } = rig;
  const after = clock.after.bind(clock);
  clock.after = (delayMs, task) => {
    delays.push(delayMs);
    return after(delayMs, task);
  };
  await rig.ask(rig.actorIn(0), alarmAt(START_MS + 29 * DAY_MS));
  expect(Math.max(...delays)).toBeLessThan(2 ** 31);
  expect(Math.max(...delays)).toBeGreaterThan(60_000);
});

test("an actor is woken after twice its time at most when the clock was ahead and is set right", async () => {
  const rig = await new LaneRig().open();
  await setAhead(rig);
  const dueAtMs = START_MS + HOUR_MS + 600_000;
  await rig.ask(rig.actorIn(0), alarmAt(dueAtMs));
  await rig.clock.advance(600_000 - 1);
  expect(rings(rig)).toEqual([]);
  await rig.clock.advance(600_001);
  expect(rings(rig)).toEqual([dueAtMs]);
});

test("so is one that has left memory, with its timer", async () => {
  const limits = { activatedActorsMax: 0, checkpointEventsMax: 1, timerWindowLength: 1 };
  const rig = await new LaneRig({ limits }).open();
  await setAhead(rig);
  const dueTimes = Array.from({ length: 5 }, (_, index) => START_MS + HOUR_MS + (index + 1) * 100_000);
  for (const [index, dueAtMs] of dueTimes.entries()) await rig.ask(rig.actorIn(0, index), alarmAt(dueAtMs));
  await rig.clock.advance(1_000);
  expect(rig.lane().statistics()).toMatchObject({ activatedActors: 0, timers: 2 });
  await rig.clock.advance(2 * 500_000);
  expect(rings(rig)).toEqual(dueTimes);
});

test("an actor whose wake-up cannot be decided is tried again later, and others are woken meanwhile", async () => {
  const rig = await new LaneRig({ limits: { recoverDelayMaxMs: 2_000 } }).open();
  await rig.ask(rig.actorIn(0), { type: "SetAlarm", dueAtMs: START_MS + 100, broken: true });
  await rig.ask(rig.actorIn(1), alarmAt(START_MS + 200));
  await rig.clock.advance(5_000);
  expect(rings(rig)).toEqual([START_MS + 200]);
  expect(rig.log.errors.length).toBe(3);
  expect(rig.lane().statistics().recoveries).toBe(0);
});
