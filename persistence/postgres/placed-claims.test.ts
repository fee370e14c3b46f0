import { afterAll, beforeAll, expect, test } from "bun:test";
import { Generator } from "../../engine/contract/testing/generator.ts";
import { PlacementChanged } from "../../engine/ports/placement-store.ts";
import type { PlacementStore } from "../../engine/ports/placement-store.ts";
import type { Journal } from "../../engine/ports/journal.ts";
import { eventually } from "../testing/condition.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { postgresCoordinatorLock } from "./coordinator-lock.ts";
import { postgresJournal } from "./journal.ts";
import { postgresPlacementStore } from "./placement-store.ts";

const SHARDS = [0, 1, 2, 3, 4, 5, 6, 7];
const NODES = ["node-a", "node-b", "node-c"] as const;
const ROUNDS = 60;

let subject: MigratedDatabase;
let placement: PlacementStore;
let journals: readonly Journal[];
let origin: { term: number; reason: string; askedBy: string };
let lock: ReturnType<typeof postgresCoordinatorLock>;

beforeAll(async () => {
  subject = await migratedDatabase();
  placement = postgresPlacementStore(subject.url);
  journals = NODES.map(() => postgresJournal(subject.url));
  lock = postgresCoordinatorLock(subject.url);
  const term = await lock.take("node-a", () => {});
  origin = { term: term?.number ?? 0, reason: "asked", askedBy: "ada" };
});
afterAll(async () => {
  await Promise.all([lock, placement, ...journals].map((each) => each.close()));
  await subject.close();
});

/** Gives shards to lane 0 of a node. */
async function give(node: string, shards: readonly number[]): Promise<void> {
  const { version } = await placement.read();
  const changes = shards.map((shard) => ({ shard, node, lane: 0, pinned: false }));
  await placement.change(version, changes, origin);
}

async function waitsForLock(): Promise<boolean> {
  const rows = await subject.database.sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return rows.length > 0;
}

test("a claim that meets a change in flight waits for it, and takes what is still its lane's", async () => {
  await give("node-a", SHARDS);
  const slow = subject.raw();
  await slow`begin`;
  await slow`update shard_placement set node = 'node-b' where shard in (2, 5)`;
  const claiming = journals[0]?.claim([5, 2, 1], "a", { node: "node-a", lane: 0 });
  await eventually("the claim waits for the change", waitsForLock);
  await slow`commit`;
  expect((await claiming)?.map(({ shard }) => shard)).toEqual([1]);
});

test("a claim locks the lowest shard first, as a change does", async () => {
  await give("node-a", SHARDS);
  const slow = subject.raw();
  await slow`begin`;
  await slow`update shard_placement set node = 'node-b' where shard = 2`;
  const claiming = journals[0]?.claim([5, 2], "a", { node: "node-a", lane: 0 });
  await eventually("the claim waits for the change", waitsForLock);
  // Would wait in a circle if the claim had shard 5 already.
  await slow`update shard_placement set node = 'node-b' where shard = 5`;
  await slow`commit`;
  expect(await claiming).toEqual([]);
});

test("a change that meets a claim in flight waits for it: the next owner has the higher epoch", async () => {
  await give("node-a", SHARDS);
  const slow = subject.raw();
  await slow`begin`;
  const [first] = await slow<{ claimed_epoch: string }[]>`
    select claimed_epoch from claim_placed_shards(
      'node-a', 0, 'a', gen_random_uuid(), '{1}', (select array_agg(body) from journal_segment where shard = 1 and seq = 1)
    )`;
  const giving = give("node-b", [1]);
  await eventually("the change waits for the claim", waitsForLock);
  await slow`commit`;
  await giving;
  const [next] = (await journals[1]?.claim([1], "b", { node: "node-b", lane: 0 })) ?? [];
  expect(next?.epoch).toBe(Number(first?.claimed_epoch) + 1);
});

test(`claims and changes at once, in any order of shards, never wait in a circle (${ROUNDS} schedules)`, async () => {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const generator = new Generator(seed);
    const some = () =>
      SHARDS.map((shard) => [generator.below(1_000), shard] as const)
        .sort(([left], [right]) => left - right)
        .slice(0, generator.between(2, SHARDS.length))
        .map(([, shard]) => shard);
    const claims = NODES.flatMap((node, index) => [
      journals[index]?.claim(some(), node, { node, lane: 0 }),
      journals[index]?.claim(some(), node, { node, lane: 0 }),
    ]);
    const changes = NODES.map((node) =>
      give(node, some()).catch((error: unknown) => expect(error).toBeInstanceOf(PlacementChanged)),
    );
    await Promise.all([...claims, ...changes]);
    // Whoever claims last is one that the placement names: once all is quiet, its claim takes everything it has.
    const { shards } = await placement.read();
    for (const [index, node] of NODES.entries()) {
      const own = SHARDS.filter((shard) => shards[shard]?.node === node);
      const claimed = await journals[index]?.claim(SHARDS, node, { node, lane: 0 });
      expect(claimed?.map(({ shard }) => shard)).toEqual(own);
      await journals[index]?.confirm(own, node);
    }
  }
});
