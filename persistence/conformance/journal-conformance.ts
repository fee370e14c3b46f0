import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { AppendFault, OwnershipLost } from "../../engine/ports/journal.ts";
import type { AppendFaultReason, Journal, Segment } from "../../engine/ports/journal.ts";
import { fullBody, markedBody, readAll, readMarks, segmentsAfter } from "../testing/samples.ts";

/** A store for journals, as the suite sees it. */
export interface JournalSubject {
  /** A journal over the store; each stands for a process of its own. */
  open(options?: { readonly pageSegments?: number }): Journal;
  /** Changes one byte of a stored body behind the journals' backs. */
  damage(shard: number, seq: number): Promise<void>;
  /** Gives the body of one stored segment to another one. */
  misplace(shard: number, fromSeq: number, toSeq: number): Promise<void>;
  /** Removes a stored segment behind the journals' backs. */
  remove(shard: number, seq: number): Promise<void>;
  /** Forgets everything. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** What every journal must do, whatever it stores in. */
export function journalConformance(name: string, make: () => Promise<JournalSubject>): void {
  describe(`${name}: a journal`, () => {
    let subject: JournalSubject;
    let journal: Journal;
    const opened: Journal[] = [];
    const open = (options?: { readonly pageSegments?: number }) => {
      const another = subject.open(options);
      opened.push(another);
      return another;
    };

    beforeAll(async () => {
      subject = await make();
    });
    beforeEach(() => {
      journal = open();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((each) => each.close()));
      await subject.reset();
    });
    afterAll(() => subject.close());

    storing(() => journal, open);
    fencing(() => journal, open);
    owning(() => journal, open);
    reading(
      () => journal,
      open,
      () => subject,
    );
  });
}

type Open = (options?: { readonly pageSegments?: number }) => Journal;

function storing(journal: () => Journal, open: Open): void {
  test("keeps batches of different sizes apart", async () => {
    const claims = await journal().claim([1, 2, 3], "node-1");
    const first = segmentsAfter(claims, 1);
    const second = segmentsAfter(claims.slice(0, 2), 2, 2).map((segment, index) =>
      index === 0 ? { ...segment, body: fullBody(2) } : segment,
    );
    await journal().append(first);
    await journal().append(second);
    const stored = await Promise.all([1, 2, 3].map((shard) => readAll(open(), shard, 1)));
    expect(stored).toEqual([[first[0], second[0]], [first[1], second[1]], [first[2]]] as Segment[][]);
  });

  test("starts every shard with a takeover record", async () => {
    expect(await journal().claim([4, 2], "node-1")).toEqual([
      { shard: 2, epoch: 1, seq: 1 },
      { shard: 4, epoch: 1, seq: 1 },
    ]);
    const [first] = await readAll(journal(), 4);
    expect(first?.body.takeover).toEqual({ owner: "node-1" });
  });

  test("gives back what was appended, to others too", async () => {
    const [claim] = await journal().claim([7], "node-1");
    const body = fullBody(1_700_000_000_000);
    const segment: Segment = {
      shard: 7,
      seq: 2,
      epoch: claim?.epoch ?? 0,
      batchId: crypto.randomUUID(),
      body,
    };
    await journal().append([segment]);
    expect(await readAll(open(), 7, 1)).toEqual([segment]);
  });

  test("shares nothing with what callers hold", async () => {
    const claims = await journal().claim([1], "node-1");
    const events = [{ type: "Counted", count: 1 }];
    const body = { ...markedBody(5), actors: [{ ...actor(), events }] };
    await journal().append(segmentsAfter(claims, 5).map((segment) => ({ ...segment, body })));
    events.push({ type: "Counted", count: 2 });
    const [stored] = await readAll(journal(), 1, 1);
    expect(stored?.body.actors[0]?.events).toEqual([{ type: "Counted", count: 1 } as { type: string }]);
  });

  test("knows the last segment of every shard", async () => {
    const claims = await journal().claim([5, 3, 9], "node-1");
    await journal().append(
      segmentsAfter(
        claims.filter(({ shard }) => shard !== 9),
        1,
      ),
    );
    expect(await journal().heads()).toEqual([
      [3, 2],
      [5, 2],
      [9, 1],
    ]);
  });

  test("takes an append of nothing", async () => {
    await journal().append([]);
    expect(await journal().heads()).toEqual([]);
  });
}

function fencing(journal: () => Journal, open: Open): void {
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

function owning(journal: () => Journal, open: Open): void {
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

function reading(journal: () => Journal, open: Open, subject: () => JournalSubject): void {
  async function fill(count: number): Promise<void> {
    const claims = await journal().claim([1], "node-1");
    for (let mark = 1; mark <= count; mark++) await journal().append(segmentsAfter(claims, mark, mark));
  }

  test("reads in order and in pages, from any place", async () => {
    await fill(10);
    const pages: number[][] = [];
    for await (const page of open({ pageSegments: 4 }).read(1, 2)) pages.push(page.map(({ seq }) => seq));
    expect(pages).toEqual([[3, 4, 5, 6], [7, 8, 9, 10], [11]]);
  });

  test("reads nothing behind the end and nothing of other shards", async () => {
    await fill(1);
    expect(await readAll(journal(), 1, 2)).toEqual([]);
    expect(await readAll(journal(), 2)).toEqual([]);
  });

  test.each([2, 4, 5, 11])("refuses to pass damaged segment %i", async (seq) => {
    await fill(10);
    await subject().damage(1, seq);
    await expect(readAll(open({ pageSegments: 4 }), 1)).rejects.toThrow("checksum");
  });

  test("refuses to pass a body that belongs to another segment", async () => {
    await fill(3);
    await subject().misplace(1, 2, 3);
    await expect(readAll(journal(), 1)).rejects.toThrow("checksum");
  });

  test.each([1, 4, 5, 6])("refuses to pass the gap that segment %i leaves", async (seq) => {
    await fill(10);
    await subject().remove(1, seq);
    await expect(readAll(open({ pageSegments: 4 }), 1)).rejects.toThrow("missing");
  });
}

/** `stored`, or why an append was refused. */
export async function refusal(append: Promise<void>): Promise<AppendFaultReason | "stored"> {
  try {
    await append;
    return "stored";
  } catch (error) {
    if (error instanceof AppendFault) return error.reason;
    throw error;
  }
}

function actor() {
  return { tenant: "demo", kind: "cart", id: "C1", version: 1, keys: [] };
}
