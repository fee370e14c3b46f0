import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { KeyRecord } from "../../engine/contract/segment.ts";
import {
  KNOWN_PAGE_LENGTH,
  KNOWN_RECORD_LENGTH,
  type Checkpoint,
  type KnownPage,
  type SnapshotStore,
  type StoredSnapshot,
  type StoredTimers,
} from "../../engine/ports/snapshots.ts";

/** A store for snapshots, as the suite sees it. */
export interface SnapshotSubject {
  /** Each stands for a process of its own. */
  open(): SnapshotStore;
  /** Messages that the stores have reported as errors. */
  reported(): readonly string[];
  /** Changes one byte of a stored snapshot or, without an id, of the shard's checkpoint. */
  damage(shard: number, id?: string): Promise<void>;
  /** Changes one byte of the known actors of a shard. */
  damageKnown(shard: number): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** What every snapshot store must do, whatever it stores in. */
export function snapshotConformance(name: string, make: () => Promise<SnapshotSubject>): void {
  describe(`${name}: a snapshot store`, () => {
    let subject: SnapshotSubject;
    let store: SnapshotStore;
    let another: SnapshotStore;

    beforeAll(async () => {
      subject = await make();
    });
    beforeEach(() => {
      store = subject.open();
      another = subject.open();
    });
    afterEach(async () => {
      await Promise.all([store.close(), another.close()]);
      await subject.reset();
    });
    afterAll(() => subject.close());

    test("gives back a checkpoint and its snapshots, to others too", async () => {
      const known = knownFrom(0, 3);
      const checkpoint: Checkpoint = { shard: 3, seq: 40, known, memory: fullMemory() };
      const snapshots = [snapshot("C1", 40, 1_700_000_000_000), snapshot('odd "id" \\ {x}', 39)];
      await store.save(checkpoint, snapshots);
      expect(await another.checkpoints([3, 4])).toEqual([checkpoint]);
      const loaded = await another.load(3, [...snapshots, address("missing")]);
      expect(loaded.toSorted((left, right) => left.id.localeCompare(right.id))).toEqual(snapshots);
    });

    test("puts pages of known actors that have changed in the place of what it has", async () => {
      const length = 2 * KNOWN_PAGE_LENGTH + 5;
      const before = knownFrom(0, length);
      await store.save({ ...checkpointAt(1), known: before }, []);
      const after = knownFrom(1_000, length + 4);
      const changed = [after.pages[0], after.pages[2]].flatMap((page) => page ?? []);
      await store.save({ ...checkpointAt(2), known: { count: length + 4, pages: changed } }, []);
      const pages = [after.pages[0], before.pages[1], after.pages[2]].flatMap((page) => page ?? []);
      expect((await another.checkpoints([1]))[0]?.known).toEqual({ count: length + 4, pages });
    });

    test("decodes one checkpoint at a time for a reader that has other things to do, once it may", async () => {
      const known = knownFrom(0, 20 * KNOWN_PAGE_LENGTH);
      for (const shard of [1, 2]) {
        await store.save({ ...checkpointAt(1), shard, known }, []);
        await subject.damage(shard);
      }
      const before = subject.reported().length;
      const decoded: number[] = [];
      await store.checkpoints([1, 2, 3], async (bytes) => {
        expect(bytes).toBeGreaterThan(20 * KNOWN_PAGE_LENGTH);
        // One that is decoded is reported, being damaged.
        decoded.push(subject.reported().length - before);
      });
      expect([decoded, subject.reported().length - before]).toEqual([[0, 1], 2]);
    });

    test("an older checkpoint does not change the known actors", async () => {
      await store.save({ ...checkpointAt(2), known: knownFrom(0, 9) }, []);
      await another.save({ ...checkpointAt(1), known: knownFrom(0, 3) }, []);
      expect((await store.checkpoints([1]))[0]?.known).toEqual(knownFrom(0, 9));
    });

    test("leaves out a checkpoint whose known actors are damaged", async () => {
      await store.save({ ...checkpointAt(1), known: knownFrom(0, 9) }, []);
      const before = subject.reported().length;
      await subject.damageKnown(1);
      expect(await store.checkpoints([1])).toEqual([]);
      expect([subject.reported().length - before, store.damagedCount()]).toEqual([1, 1]);
    });

    test("an older checkpoint changes nothing, nor do its snapshots", async () => {
      await store.save(checkpointAt(20), [snapshot("C1", 20)]);
      await another.save(checkpointAt(19), [snapshot("C1", 19), snapshot("C2", 19)]);
      expect((await store.checkpoints([1])).map(({ seq }) => seq)).toEqual([20]);
      expect((await store.load(1, [address("C1"), address("C2")])).map(({ id, seq }) => [id, seq])).toEqual([
        ["C1", 20],
      ]);
    });

    test("an older snapshot never replaces a newer one", async () => {
      await store.save(checkpointAt(20), [snapshot("C1", 20)]);
      await store.save(checkpointAt(21), [snapshot("C1", 15), snapshot("C2", 21)]);
      const loaded = await store.load(1, [address("C1"), address("C2")]);
      expect(loaded.map(({ seq }) => seq).sort((left, right) => left - right)).toEqual([20, 21]);
    });

    test("keeps shards apart", async () => {
      await store.save(checkpointAt(5), [snapshot("C1", 5, 10)]);
      expect(await store.load(2, [address("C1")])).toEqual([]);
      expect(await store.timers([{ shard: 2, afterMs: 0 }], 9)).toEqual([noTimers(2)]);
      expect(await store.discard(2, 5)).toBe(false);
      expect(await store.checkpoints([1])).toHaveLength(1);
    });

    test("knows the timers of the newest snapshots only", async () => {
      await store.save(checkpointAt(5), [snapshot("C1", 5, 100), snapshot("C2", 5), snapshot("C3", 5, 300)]);
      await store.save(checkpointAt(6), [snapshot("C1", 6), snapshot("C3", 6, 350)]);
      const timers = [{ ...address("C3"), dueAtMs: 350 }];
      expect(await another.timers([{ shard: 1, afterMs: 0 }], 9)).toEqual([{ ...noTimers(1), timers }]);
    });

    test("gives timers a window at a time, the earliest first, none twice and none left out", async () => {
      const dueTimes = [500, 100, 300, 300, 200, 400];
      const snapshots = dueTimes.map((dueAtMs, index) => snapshot(`C${index}`, 5, dueAtMs));
      await store.save(checkpointAt(5), [...snapshots, snapshot("C9", 5)]);
      const windows: (readonly number[])[] = [];
      for (let afterMs = 0; Number.isFinite(afterMs);) {
        const [window] = await another.timers([{ shard: 1, afterMs }], 3);
        windows.push((window?.timers ?? []).map(({ dueAtMs }) => dueAtMs));
        afterMs = window?.untilMs ?? Number.POSITIVE_INFINITY;
      }
      expect(windows).toEqual([
        [100, 200, 300, 300],
        [400, 500],
      ]);
    });

    test("gives the timers of each shard from its own moment on", async () => {
      await store.save(checkpointAt(5), [snapshot("C1", 5, 100), snapshot("C2", 5, 200)]);
      await store.save({ ...checkpointAt(5), shard: 2 }, [snapshot("C3", 5, 100), snapshot("C4", 5, 200)]);
      const wanted = [
        { shard: 2, afterMs: 100 },
        { shard: 1, afterMs: 0 },
      ];
      const found = await another.timers(wanted, 9);
      expect(found.map(({ shard, timers }) => [shard, timers.map(({ id }) => id)])).toEqual([
        [2, ["C4"]],
        [1, ["C1", "C2"]],
      ]);
    });

    test("leaves out what is damaged, and reports it", async () => {
      await store.save(checkpointAt(5), [snapshot("C1", 5), snapshot("C2", 5)]);
      const before = subject.reported().length;
      await subject.damage(1, "C1");
      await subject.damage(1);
      const loaded = await store.load(1, [address("C1"), address("C2")]);
      expect(loaded.map(({ id }) => id)).toEqual(["C2"]);
      expect(await store.checkpoints([1])).toEqual([]);
      expect([subject.reported().length - before, store.damagedCount()]).toEqual([2, 2]);
    });

    test("forgets what is discarded, and takes an earlier checkpoint again", async () => {
      await store.save({ ...checkpointAt(5), known: knownFrom(0, 9) }, [snapshot("C1", 5, 10)]);
      expect(await another.discard(1, 5)).toBe(true);
      expect(await store.checkpoints([1])).toEqual([]);
      expect(await store.load(1, [address("C1")])).toEqual([]);
      expect(await store.timers([{ shard: 1, afterMs: 0 }], 9)).toEqual([noTimers(1)]);
      await store.save(checkpointAt(3), []);
      expect(await store.checkpoints([1])).toEqual([checkpointAt(3)]);
    });

    test("keeps what was stored since when a discard comes late", async () => {
      await store.save({ ...checkpointAt(9), known: knownFrom(0, 9) }, [snapshot("C1", 9)]);
      await store.discard(1, 9);
      const known = knownFrom(0, 1);
      await store.save({ ...checkpointAt(5), known }, [snapshot("C2", 5, 10)]);
      expect(await another.discard(1, 9)).toBe(false);
      expect(await store.checkpoints([1])).toEqual([{ ...checkpointAt(5), known }]);
      expect((await store.load(1, [address("C2")])).map(({ seq }) => seq)).toEqual([5]);
    });

    test("shares nothing with what callers hold", async () => {
      const state = { lines: [1] };
      const stored = snapshot("C1", 5);
      await store.save(checkpointAt(5), [{ ...stored, snapshot: { ...stored.snapshot, state } }]);
      state.lines.push(2);
      expect((await store.load(1, [address("C1")]))[0]?.snapshot.state).toEqual({ lines: [1] });
    });
  });
}

function address(id: string) {
  return { tenant: "demo", kind: "cart", id };
}

function snapshot(id: string, seq: number, dueAtMs?: number): StoredSnapshot {
  const keys: KeyRecord[] = [
    { ticket: 1, key: "k1", content: "a1", outcome: { type: "done", reply: { line: 1 } } },
    { ticket: 2, key: "k2", content: "b2" },
  ];
  const content = { version: 3, state: { lines: [{ line: 1, sku: "SHOE-42" }] }, ticket: 2, keys };
  return { ...address(id), seq, ...(dueAtMs === undefined ? {} : { dueAtMs }), snapshot: content };
}

function checkpointAt(seq: number): Checkpoint {
  const memory = {
    outbox: [],
    calls: [],
    sentNumbers: [],
    receivedNumbers: [],
    callNumber: 0,
    atMs: seq,
  };
  return { shard: 1, seq, memory, known: knownFrom(0, 0) };
}

function noTimers(shard: number): StoredTimers {
  return { shard, timers: [], untilMs: Number.POSITIVE_INFINITY };
}

/** The pages of so many known actors, whose numbers begin at `from`. */
function knownFrom(from: number, count: number): Checkpoint["known"] {
  const pages: KnownPage[] = [];
  for (let start = 0; start < count; start += KNOWN_PAGE_LENGTH) {
    const length = Math.min(KNOWN_PAGE_LENGTH, count - start) * KNOWN_RECORD_LENGTH;
    const records = Uint32Array.from({ length }, (_, index) => 0xffff_ffff - from - start - index);
    pages.push({ number: pages.length, records });
  }
  return { count, pages };
}

function fullMemory(): Checkpoint["memory"] {
  const command = { type: "WakeUp" };
  return {
    outbox: [
      { toShard: 9, number: 4, tenant: "demo", kind: "inventory", id: "SHOE-42", version: 2, command },
    ],
    calls: [
      { number: 2, port: "payment", tenant: "demo", kind: "order", id: "C1~1", version: 3, request: command },
    ],
    sentNumbers: [[9, 4]],
    receivedNumbers: [
      [9, 17],
      [200, 1],
    ],
    callNumber: 2,
    atMs: 1_700_000_000_000,
  };
}
