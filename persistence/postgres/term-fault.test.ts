import { afterAll, beforeAll, expect, test } from "bun:test";
import { StoreOverdue } from "../../engine/ports/coordinator-lock.ts";
import { migratedDatabase, type MigratedDatabase } from "../testing/migrated-database.ts";
import { databaseOf } from "./database.ts";
import { postgresOperationStore } from "./operation-store.ts";
import { postgresPlacementStore } from "./placement-store.ts";

let migrated: MigratedDatabase;

beforeAll(async () => {
  migrated = await migratedDatabase(8);
});

afterAll(() => migrated.close());

test("a coordinator does not wait for long for what somebody else has locked, and can write again afterwards", async () => {
  const stores = databaseOf(migrated.url, { connectionsMax: 1, statementDeadlineMs: 1_000 });
  const origin = { term: 0, reason: "asked", askedBy: "anna" };
  const change = [{ shard: 1, node: "a", lane: 0, pinned: false }];
  const given = { kind: "pin", askedBy: "anna", documentVersion: 1, request: null } as const;
  const operation = { ...given, id: "0193f2a0-0000-7000-8000-000000000001" };
  const sql = migrated.raw();
  try {
    await sql.begin(async (locked) => {
      await locked`select from placement for update`;
      await locked`lock table operation in share mode`;
      const written = postgresPlacementStore(stores).change(0, change, origin);
      await expect(written).rejects.toThrow(StoreOverdue);
      await expect(postgresOperationStore(stores).add(operation, 0)).rejects.toThrow(StoreOverdue);
    });
    expect(await postgresPlacementStore(stores).change(0, change, origin)).toBe(1);
  } finally {
    await stores.close();
  }
});
