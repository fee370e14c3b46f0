import { expect, test } from "bun:test";
import type { Adopted } from "../../engine/ports/node-threads.ts";
import { ThreadDirector, type DirectedLane } from "./thread-director.ts";

/** A node with one lane that answers so when it is to take shards over. */
function setUp(adopt: () => Promise<Adopted>) {
  const faults: unknown[] = [];
  const lane = { adopt } as unknown as DirectedLane;
  const failed = (error: unknown): void => void faults.push(error);
  return { director: new ThreadDirector({ node: "a", lanes: [lane], hasOthers: false, failed }), faults };
}

test("a lane that serves all that it has taken over has not failed", async () => {
  const { director, faults } = setUp(async () => ({ served: [0, 1], unread: [] }));
  expect((await director.adopt(0, [0, 1])).served).toEqual([0, 1]);
  expect(faults).toEqual([]);
});

test("a shard that cannot be read is a failure, also when all others serve", async () => {
  const { director, faults } = setUp(async () => ({ served: [0], unread: [{ shard: 1, why: "damaged" }] }));
  expect((await director.adopt(0, [0, 1])).served).toEqual([0]);
  expect(faults).toEqual([new Error("shard 1: damaged")]);
});

test("shards that cannot be taken over are a failure", async () => {
  const away = new Error("the database is away");
  const { director, faults } = setUp(() => Promise.reject(away));
  expect(await director.adopt(0, [0]).catch((error: unknown) => error)).toBe(away);
  expect(faults).toEqual([away]);
});
