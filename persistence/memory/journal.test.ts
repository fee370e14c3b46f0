import { expect, test } from "bun:test";
import { journalConformance } from "../conformance/journal-conformance.ts";
import type { JournalSubject } from "../conformance/journal-conformance.ts";
import { segmentsAfter } from "../testing/samples.ts";
import { memoryJournal } from "./journal.ts";
import type { MemoryJournalStorage } from "./journal.ts";

journalConformance("memory", async (): Promise<JournalSubject> => {
  const storage: MemoryJournalStorage = new Map();
  const segmentsOf = (shard: number) => storage.get(shard)?.segments ?? [];
  return {
    open: (options) => memoryJournal({ ...options, storage }),
    async damage(shard, seq) {
      const body = segmentsOf(shard)[seq - 1]?.body;
      if (body !== undefined) body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
    },
    async misplace(shard, fromSeq, toSeq) {
      const segments = segmentsOf(shard);
      const [from, to] = [segments[fromSeq - 1], segments[toSeq - 1]];
      if (from !== undefined && to !== undefined) segments[toSeq - 1] = { ...to, body: from.body };
    },
    async remove(shard, seq) {
      segmentsOf(shard).splice(seq - 1, 1);
    },
    async reset() {
      storage.clear();
    },
    close: () => Promise.resolve(),
  };
});

test("a memory journal stops an owner that skips a number", async () => {
  const journal = memoryJournal();
  const claims = await journal.claim([1], "node-1");
  await expect(journal.append(segmentsAfter(claims, 1, 2))).rejects.toThrow("gap");
});
