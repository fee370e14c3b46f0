import { afterAll, beforeAll, expect, test } from "bun:test";
import { migratedDatabase, type MigratedDatabase } from "../../persistence/testing/migrated-database.ts";
import { ConfigError } from "../config.ts";
import { assertOneCluster } from "./one-cluster.ts";

let migrated: MigratedDatabase;

beforeAll(async () => {
  migrated = await migratedDatabase();
});

afterAll(() => migrated.close());

test("the first node names the database's cluster; one that is given another name is refused, and told the right one", async () => {
  const { database } = migrated;
  const outcomes = await Promise.allSettled(
    ["red", "red", "blue"].map((name) => assertOneCluster(database, name)),
  );
  const [row] = await database.sql<{ name: string }[]>`select name from cluster_name`;
  const [name, other] = row?.name === "red" ? ["red", "blue"] : ["blue", "red"];
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(name === "red" ? 2 : 1);
  await assertOneCluster(database, name);
  const refused = assertOneCluster(database, other);
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toThrow(`--cluster: the nodes on the database at ${database.server}`);
  await expect(refused).rejects.toThrow(`Start this one with --cluster ${name}`);
});
