import { beforeEach, expect, test } from "bun:test";
import { parseAddress, type Address } from "../contract/address.ts";
import { done } from "../contract/outcome.ts";
import type { Answer } from "../ports/dispatcher.ts";
import type { Placement } from "../ports/placement-store.ts";
import { CollectingLink } from "../testing/collecting-link.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ANSWER, VIEW, WATCH } from "../transport/items.ts";
import { defaultDispatcherLimits, LinkDispatcher } from "./link-dispatcher.ts";
import { evenPlacement } from "./placement.ts";
import { shardOf } from "./shard-hash.ts";

const PLACEMENT = evenPlacement(256, 2);
const SHARD_OF_A = shardOf(address("A"), 256);

let clock: ManualClock;
let links: readonly CollectingLink[];
let dispatcher: LinkDispatcher;

beforeEach(() => {
  clock = new ManualClock();
  links = [new CollectingLink(), new CollectingLink()];
  const linkTo = ({ lane }: { readonly lane: number }) => links[lane] as CollectingLink;
  dispatcher = new LinkDispatcher(PLACEMENT, linkTo, clock, defaultDispatcherLimits);
});

function address(id: string): Address {
  const parsed = parseAddress(`shop/tally/${id}`);
  if (parsed === undefined) throw new Error(`${id} is malformed`);
  return parsed;
}

function dispatch(id: string): readonly Answer[] {
  const answers: Answer[] = [];
  const submission = { address: address(id), command: { type: "Add" }, key: "k", deadlineAtMs: 3_000 };
  dispatcher.dispatch(submission, (answer) => answers.push(answer));
  return answers;
}

/** The placement in which the shard of actor A is at the other lane. */
function movedPlacement(): Placement {
  const shards = PLACEMENT.shards.map((place, shard) =>
    shard === SHARD_OF_A && place !== undefined ? { ...place, lane: 1 - place.lane } : place,
  );
  return { version: PLACEMENT.version + 1, shards };
}

test("what an owner has not answered that lost its shard is asked of the next one", async () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  const answers = dispatch("A");
  const read = dispatcher.read(address("A"));
  dispatcher.apply(movedPlacement());
  expect(links[1 - lane]?.items).toEqual(links[lane]?.items ?? []);
  dispatcher.receive([
    [ANSWER, 1, done(7)],
    [ANSWER, 1, done(7)],
    [VIEW, 2, "shop", "tally", "A", 1, 1, "seen"],
  ]);
  expect(answers).toEqual([done(7)]);
  expect((await read).view).toBe("seen");
});

test("what is kept for a shard that is about to move is sent once, and what its owner finishes not again", () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  dispatch("A");
  dispatcher.router.hold([SHARD_OF_A], 1);
  dispatch("A");
  dispatcher.apply(movedPlacement());
  const correlations = links[1 - lane]?.items.map(([, correlation]) => correlation);
  expect(correlations).toEqual([2]);
});

test("a command whose owner lets go of it undecided is asked of the next one, and is not denied by it", () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  const answers = dispatch("A");
  dispatcher.router.hold([SHARD_OF_A], 1);
  dispatcher.receive([[ANSWER, 1, { type: "unknown", retryAfterMs: 200 }]]);
  expect(answers).toEqual([]);
  dispatcher.apply(movedPlacement());
  expect(links[1 - lane]?.items).toEqual(links[lane]?.items ?? []);
  dispatcher.receive([[ANSWER, 1, { type: "overloaded", retryAfterMs: 100 }]]);
  expect(answers).toEqual([{ type: "unknown", retryAfterMs: 100 }]);
});

test("what a lane has not answered is sent again when something between the two was lost", () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  const answers = dispatch("A");
  dispatcher.missed({ node: "node", lane: 1 - lane });
  expect(links[lane]?.items).toHaveLength(1);
  dispatcher.missed({ node: "node", lane });
  expect(links[lane]?.items).toHaveLength(2);
  dispatcher.receive([[ANSWER, 1, { type: "expired" }]]);
  expect(answers).toEqual([{ type: "unknown", retryAfterMs: 0 }]);
});

test("what is watched at a lane is asked for again when something between the two was lost", async () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  dispatcher.watch(address("A"), () => undefined);
  dispatcher.missed({ node: "node", lane });
  await clock.advance(1_000);
  expect(links[lane]?.items.map(([tag]) => tag)).toEqual([WATCH, WATCH]);
});

test("a command that its owner let go of undecided is asked of the next one, also when that is known already", () => {
  const lane = PLACEMENT.shards[SHARD_OF_A]?.lane ?? 0;
  const answers = dispatch("A");
  dispatcher.router.hold([SHARD_OF_A], 1);
  dispatcher.apply(movedPlacement());
  expect(links[1 - lane]?.items).toEqual([]);
  const undecided: Answer = { type: "unknown", retryAfterMs: 200 };
  dispatcher.receive([[ANSWER, 1, undecided]]);
  expect(links[1 - lane]?.items).toHaveLength(1);
  dispatcher.receive([[ANSWER, 1, undecided]]);
  expect([answers, links[1 - lane]?.items.length]).toEqual([[undecided], 1]);
});
