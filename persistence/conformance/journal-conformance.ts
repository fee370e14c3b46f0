import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Journal, Segment } from "../../engine/ports/journal.ts";
import { fullBody, markedBody, readAll, segmentsAfter } from "../testing/samples.ts";
import { fencing, owning } from "./journal-ownership-conformance.ts";

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

  test("reads in small pages for a reader that has other things to do, each in a piece of its own", async () => {
    const claims = await journal().claim([1], "node-1");
    const id = "C".repeat(10_000);
    for (let mark = 1; mark <= 3; mark++) {
      const [segment] = segmentsAfter(claims, mark, mark);
      if (segment === undefined) throw new Error("there is one segment for one claim");
      const actors = [{ ...actor(), id, events: [{ type: "Touched" }] }];
      await journal().append([{ ...segment, body: { ...segment.body, actors } }]);
    }
    const steps: (string | readonly number[])[] = [];
    const piece = async (): Promise<void> => {
      steps.push("piece");
    };
    for await (const page of open().read(1, 0, piece)) steps.push(page.map(({ seq }) => seq));
    expect(steps).toEqual(["piece", [1, 2], "piece", [3], "piece", [4]]);
  });

  test("picks segments by their numbers", async () => {
    await fill(10);
    const all = await readAll(journal(), 1);
    expect(await open().pick(1, [2, 5, 11])).toEqual([2, 5, 11].flatMap((seq) => all[seq - 1] ?? []));
    expect(await journal().pick(1, [])).toEqual([]);
  });

  test("picks neither what is damaged nor what is missing", async () => {
    await fill(10);
    await subject().damage(1, 4);
    await subject().remove(1, 5);
    await expect(journal().pick(1, [3, 4])).rejects.toThrow("checksum");
    await expect(journal().pick(1, [3, 5, 6])).rejects.toThrow("segment 5 of shard 1 is missing");
    await expect(journal().pick(1, [12])).rejects.toThrow("segment 12 of shard 1 is missing");
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

function actor() {
  return { tenant: "demo", kind: "cart", id: "C1", version: 1, keys: [] };
}
