import { expect, test } from "bun:test";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
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
