import { expect, test } from "bun:test";
import type { ReadModels } from "../ports/read-models.ts";
import { CollectingLog } from "../testing/collecting-log.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ScriptedJournal } from "../testing/scripted-journal.ts";
import { defaultProjectorLimits, Projector } from "./projector.ts";

/** Read models on a disk that is full. */
class FullReadModels implements ReadModels {
  applied = 0;

  async positions(): Promise<readonly []> {
    return [];
  }

  async apply(): Promise<void> {
    this.applied += 1;
    throw new Error("No space left on device");
  }

  async clear(): Promise<void> {}

  async close(): Promise<void> {}
}

test("read models that cannot be stored are not tried as fast as they are refused", async () => {
  const clock = new ManualClock();
  const journal = new ScriptedJournal(clock);
  await journal.claim([3], "owner");
  const readModels = new FullReadModels();
  const log = new CollectingLog();
  const limits = defaultProjectorLimits;
  const projector = new Projector({ journal, readModels, deciders: [], clock, log, limits });
  projector.start();
  await clock.settle();
  expect(projector.lagSegments).toBe(1);
  expect(readModels.applied).toBe(1);
  await clock.advance(limits.idlePauseMs - 1);
  expect(readModels.applied).toBe(1);
  await clock.advance(1);
  expect(readModels.applied).toBe(2);
  await projector.stop();
});
