import { expect, test } from "bun:test";

import type { Answer, Dispatcher, Submission } from "../../engine/ports/dispatcher.ts";
import type { Database } from "../../persistence/postgres/database.ts";
import { silentLog } from "../../persistence/testing/silent-log.ts";
import { CoordinatorDuties } from "./coordinator-duties.ts";

test("a listing of the demo catalogue that no lane answers any more is given up when the duties end", async () => {
  const asked = Promise.withResolvers<void>();
  const dispatcher = {
    read: () => {
      asked.resolve();
      return new Promise<never>(() => undefined);
    },
  } as unknown as Dispatcher;
  const database = { read: () => Promise.resolve([{ unused: true }]) } as unknown as Database;
  // Nobody connects to it: the journal is followed only after the listing.
  const databaseUrl = "postgres://nobody@127.0.0.1:9/nothing";
  const duties = new CoordinatorDuties({ databaseUrl, database, dispatcher, demo: true, log: silentLog });
  duties.begin();
  await asked.promise;
  await duties.end();
  expect(duties.lagSegments).toBeUndefined();
});

test("read models that fail while they take the demo catalogue in do so before anybody is let in", async () => {
  let listed = 0;
  let looks = 0;
  const looked = Promise.withResolvers<void>();
  const dispatcher = {
    read: () => Promise.resolve({ view: listed === 0 ? null : { available: 1 } }),
    dispatch: (_submission: Submission, take: (answer: Answer) => void) => {
      listed += 1;
      take({ type: "done" } as Answer);
    },
  } as unknown as Dispatcher;
  const database = {
    read: () => {
      looks += 1;
      if (looks === 3) looked.resolve();
      return Promise.resolve([{ unused: listed === 0 }]);
    },
  } as unknown as Database;
  // Nobody is there: read models cannot be read.
  const databaseUrl = "postgres://nobody@127.0.0.1:9/nothing";
  const duties = new CoordinatorDuties({ databaseUrl, database, dispatcher, demo: true, log: silentLog });
  let isBegun = false;
  void duties.begun.then(() => (isBegun = true));
  duties.begin();
  await Promise.race([looked.promise, duties.begun]);
  await duties.end();
  expect(listed).toBeGreaterThan(0);
  expect(isBegun).toBeFalse();
});
