import { expect, test } from "bun:test";
import { OwnershipLost } from "../../engine/ports/journal.ts";
import type { Journal } from "../../engine/ports/journal.ts";
import { readAll, segmentsAfter } from "../testing/samples.ts";
import { refusal } from "./refusal.ts";

/** Whose shards are whose, in every journal: part of the journal's conformance. */
export function owning(journal: () => Journal, open: () => Journal): void {
  test("the owner that claimed last may claim again, and fences what it has in flight", async () => {
    const claims = await journal().claim([1, 2], "node-1");
    expect(await journal().reclaim([2, 1], "node-1")).toEqual([
      { shard: 1, epoch: 2, seq: 2 },
      { shard: 2, epoch: 2, seq: 2 },
    ]);
    expect(await refusal(journal().append(segmentsAfter(claims, 60)))).toBe("fenced");
    const [last] = await readAll(journal(), 1, 1);
    expect(last?.body.takeover).toEqual({ owner: "node-1" });
  });

  test("an owner that lost one of its shards claims none of them again", async () => {
    await journal().claim([1, 2, 3], "node-1");
    await open().claim([2], "node-2");
    await expect(journal().reclaim([1, 2, 3], "node-1")).rejects.toThrow(OwnershipLost);
    expect(await journal().heads()).toEqual([
      [1, 1],
      [2, 2],
      [3, 1],
    ]);
  });

  test("nobody claims again what he never had", async () => {
    await expect(journal().reclaim([1], "node-1")).rejects.toThrow(OwnershipLost);
    expect(await journal().heads()).toEqual([]);
  });

  test("who owns shards is confirmed to their owner alone, from a takeover on to the next", async () => {
    await journal().claim([1, 2], "node-1");
    await journal().claim([3], "node-1");
    await journal().confirm([1, 2, 3], "node-1");
    await expect(journal().confirm([1], "node-2")).rejects.toThrow(OwnershipLost);
    await expect(journal().confirm([1, 4], "node-1")).rejects.toThrow(OwnershipLost);
    await open().claim([2], "node-2");
    await expect(journal().confirm([1, 2, 3], "node-1")).rejects.toThrow(OwnershipLost);
    await journal().confirm([1, 3], "node-1");
    await journal().confirm([2], "node-2");
  });
}
