import { afterAll, beforeAll, expect, test } from "bun:test";
import { Generator } from "../../engine/contract/testing/generator.ts";
import type { NodeStore } from "../../engine/ports/node-store.ts";
import { PlacementChanged } from "../../engine/ports/placement-store.ts";
import type { PlacementStore } from "../../engine/ports/placement-store.ts";
import type { Claimant, Journal } from "../../engine/ports/journal.ts";
import { eventually } from "../testing/condition.ts";
import { readAll, segmentsAfter } from "../testing/samples.ts";
import { migratedDatabase } from "../testing/migrated-database.ts";
import type { MigratedDatabase } from "../testing/migrated-database.ts";
import { postgresCoordinatorLock } from "./coordinator-lock.ts";
import { postgresJournal } from "./journal.ts";
import { postgresNodeStore } from "./node-store.ts";
import { postgresPlacementStore } from "./placement-store.ts";

const SHARDS = [0, 1, 2, 3, 4, 5, 6, 7];
const NODES = ["node-a", "node-b", "node-c"] as const;
const ROUNDS = 60;

/** Lane 0 of the first start of a node. */
function first(node: string): Claimant {
  return { node, lane: 0, incarnation: 1 };
}

let subject: MigratedDatabase;
let placement: PlacementStore;
let nodes: NodeStore;
let journals: readonly Journal[];
let origin: { term: number; reason: string; askedBy: string };
let lock: ReturnType<typeof postgresCoordinatorLock>;

beforeAll(async () => {
  subject = await migratedDatabase();
  placement = postgresPlacementStore(subject.url);
  nodes = postgresNodeStore(subject.url);
  for (const node of NODES) await nodes.started({ node, lanes: 1, capacity: 1 });
  journals = NODES.map(() => postgresJournal(subject.url));
  lock = postgresCoordinatorLock(subject.url);
  const term = await lock.take("node-a", () => {});
  origin = { term: term?.number ?? 0, reason: "asked", askedBy: "ada" };
});
afterAll(async () => {
  await Promise.all([lock, placement, nodes, ...journals].map((each) => each.close()));
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
  const claiming = journals[0]?.claim([5, 2, 1], "a", first("node-a"));
  await eventually("the claim waits for the change", waitsForLock);
  await slow`commit`;
  expect((await claiming)?.map(({ shard }) => shard)).toEqual([1]);
});

test("a claim locks the lowest shard first, as a change does", async () => {
  await give("node-a", SHARDS);
  const slow = subject.raw();
  await slow`begin`;
  await slow`update shard_placement set node = 'node-b' where shard = 2`;
  const claiming = journals[0]?.claim([5, 2], "a", first("node-a"));
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
  const [former] = await slow<{ claimed_epoch: string }[]>`
    select claimed_epoch from claim_placed_shards(
      'node-a', 1, 0, 'a', gen_random_uuid(), '{1}', (select array_agg(body) from journal_segment where shard = 1 and seq = 1)
    )`;
  const giving = give("node-b", [1]);
  await eventually("the change waits for the claim", waitsForLock);
  await slow`commit`;
  await giving;
  const [next] = (await journals[1]?.claim([1], "b", first("node-b"))) ?? [];
  expect(next?.epoch).toBe(Number(former?.claimed_epoch) + 1);
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
      journals[index]?.claim(some(), node, first(node)),
      journals[index]?.claim(some(), node, first(node)),
    ]);
    const changes = NODES.map((node) =>
      give(node, some()).catch((error: unknown) => expect(error).toBeInstanceOf(PlacementChanged)),
    );
    await Promise.all([...claims, ...changes]);
    // Whoever claims last is one that the placement names: once all is quiet, its claim takes everything it has.
    const { shards } = await placement.read();
    for (const [index, node] of NODES.entries()) {
      const own = SHARDS.filter((shard) => shards[shard]?.node === node);
      const claimed = await journals[index]?.claim(SHARDS, node, first(node));
      expect(claimed?.map(({ shard }) => shard)).toEqual(own);
      await journals[index]?.confirm(own, node);
    }
  }
});

test("a claim that meets its node's next start waits for it, and takes nothing", async () => {
  await subject.database.sql`insert into node (name, lanes, capacity) values ('node-z', 1, 1)`;
  await give("node-z", [6]);
  const slow = subject.raw();
  await slow`begin`;
  await slow`update node set incarnation = incarnation + 1 where name = 'node-z'`;
  const claiming = journals[0]?.claim([6], "z", first("node-z"));
  await eventually("the claim waits for the start", waitsForLock);
  await slow`commit`;
  expect(await claiming).toEqual([]);
});

test("a start that meets a claim of its predecessor waits for it: its own claim has the higher epoch", async () => {
  await give("node-c", [7]);
  const slow = subject.raw();
  await slow`begin`;
  const [former] = await slow<{ claimed_epoch: string }[]>`
    select claimed_epoch from claim_placed_shards(
      'node-c', 1, 0, 'c', gen_random_uuid(), '{7}', (select array_agg(body) from journal_segment where shard = 7 and seq = 1)
    )`;
  const starting = nodes.started({ node: "node-c", lanes: 1, capacity: 1 });
  await eventually("the start waits for the claim", waitsForLock);
  await slow`commit`;
  const { incarnation } = await starting;
  const [next] = (await journals[2]?.claim([7], "c again", { ...first("node-c"), incarnation })) ?? [];
  expect(next?.epoch).toBe(Number(former?.claimed_epoch) + 1);
});

test("a claim leaves out what is damaged: the shard is taken, and reading it tells what is wrong", async () => {
  await give("node-a", SHARDS);
  const journal = journals[0] as Journal;
  const [claim] = await journal.claim([6], "a", first("node-a"));
  if (claim === undefined) throw new Error("the shard was claimed");
  await journal.append(segmentsAfter([claim], 1));
  await subject.raw()`
    update journal_segment set body = set_byte(body, length(body) - 1, get_byte(body, length(body) - 1) # 255)
    where shard = 6 and seq = ${claim.seq + 1}`;
  const known = new Map([[6, claim.seq]]);
  const again = await journal.claim([6], "a", first("node-a"), known);
  expect(again).toEqual([{ shard: 6, epoch: claim.epoch + 1, seq: claim.seq + 2 }]);
  await expect(readAll(journal, 6, claim.seq)).rejects.toThrow("segment of shard 6, ");
});
