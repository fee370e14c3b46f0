import { expect, test } from "bun:test";
import { OwnershipLost } from "../../engine/ports/journal.ts";
import type { Journal } from "../../engine/ports/journal.ts";
import { refusal } from "../testing/refusal.ts";
import { readAll, readMarks, segmentsAfter } from "../testing/samples.ts";

type Open = () => Journal;

/** Nobody appends to what another one has taken over. */
export function fencing(journal: () => Journal, open: Open): void {
  test("a paused owner cannot append after a takeover", async () => {
    const zombie = journal();
    const claims = await zombie.claim([1, 2], "node-1");
    await zombie.append(segmentsAfter(claims, 10));
    await open().claim([1, 2], "node-2");
    expect(await refusal(zombie.append(segmentsAfter(claims, 11, 2)))).toBe("fenced");
    expect(await readMarks(journal(), 1)).toEqual(["claim", 10, "claim"]);
  });

  test("a paused owner cannot append behind segments it does not know", async () => {
    const zombie = journal();
    const claims = await zombie.claim([1], "node-1");
    await open().claim([1], "node-2");
    expect(await refusal(zombie.append(segmentsAfter(claims, 11, 2)))).toBe("fenced");
    expect(await readMarks(journal(), 1)).toEqual(["claim", "claim"]);
  });

  test("an owner that has lost one shard cannot append to the others in the same batch", async () => {
    const first = journal();
    const claims = await first.claim([1, 2, 3], "node-1");
    await open().claim([2], "node-2");
    expect(await refusal(first.append(segmentsAfter(claims, 20)))).toBe("fenced");
    expect(await readMarks(journal(), 1)).toEqual(["claim"]);
    expect(await readMarks(journal(), 3)).toEqual(["claim"]);
    await first.append(
      segmentsAfter(
        claims.filter(({ shard }) => shard !== 2),
        21,
      ),
    );
    expect(await readMarks(journal(), 1)).toEqual(["claim", 21]);
  });

  test("the same append twice is stored once", async () => {
    const claims = await journal().claim([1, 2], "node-1");
    const segments = segmentsAfter(claims, 30);
    await journal().append(segments);
    expect(await refusal(journal().append(segments))).toBe("fenced");
    expect(await readMarks(journal(), 1)).toEqual(["claim", 30]);
  });

  test("a shard that nobody has claimed takes nothing", async () => {
    expect(await refusal(journal().append(segmentsAfter([{ shard: 8, epoch: 1, seq: 0 }], 1)))).toBe(
      "fenced",
    );
    expect(await journal().heads()).toEqual([]);
  });

  test("an epoch is given to one of several that claim at once", async () => {
    const claimants = Array.from({ length: 6 }, () => open());
    const claims = await Promise.all(
      claimants.map((claimant, index) => claimant.claim(index % 2 ? [1, 2, 3] : [3, 2, 1], `node-${index}`)),
    );
    for (const shard of [1, 2, 3]) {
      const won = claims.flat().filter((claim) => claim.shard === shard);
      expect(won.map(({ epoch }) => epoch).sort((left, right) => left - right)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(won.every(({ epoch, seq }) => epoch === seq)).toBe(true);
    }
    const last = claims.findIndex((each) => each.some(({ shard, epoch }) => shard === 1 && epoch === 6));
    for (const [index, claimant] of claimants.entries()) {
      const own = (claims[index] ?? []).filter(({ shard }) => shard === 1);
      const answer = refusal(claimant.append(segmentsAfter(own, 40)));
      expect(await answer).toBe(index === last ? "stored" : "fenced");
    }
  });

  test("owners that fight over a shard leave no gap and no falling epoch", async () => {
    const owners = [open(), open(), open()];
    await Promise.all(
      owners.map(async (owner, index) => {
        for (let round = 0; round < 10; round++) {
          let claims = await owner.claim([1, 2], `node-${index}`);
          for (let turn = 0; turn < 5; turn++) {
            if ((await refusal(owner.append(segmentsAfter(claims, 1)))) === "fenced") break;
            claims = claims.map((claim) => ({ ...claim, seq: claim.seq + 1 }));
          }
        }
      }),
    );
    for (const shard of [1, 2]) {
      const segments = await readAll(journal(), shard);
      const epochs = segments.map(({ epoch }) => epoch);
      expect(epochs).toEqual(epochs.toSorted((left, right) => left - right));
      const starts = segments.filter(({ body }) => body.takeover !== undefined);
      expect(starts.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    }
  });
}

/** A lane takes back what is still its own, and nothing else. */
export function owning(journal: () => Journal, open: Open): void {
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

  test("an owner is told which of its shards nobody has claimed since", async () => {
    await journal().claim([1, 2, 3, 5], "node-1");
    await journal().claim([6], "node-3");
    await open().claim([2, 5], "node-2");
    await journal().reclaim([3], "node-1");
    expect(await journal().owned([5, 3, 2, 1, 6, 4], "node-1")).toEqual([1, 3]);
    expect(await journal().owned([3], "node-1")).toEqual([3]);
    expect(await journal().owned([1, 2, 3, 4, 5, 6], "node-2")).toEqual([2, 5]);
    expect(await journal().owned([], "node-1")).toEqual([]);
  });
}
