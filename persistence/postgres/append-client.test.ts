import { expect, test } from "bun:test";
import { migratedDatabase } from "../testing/migrated-database.ts";
import { readAll, segmentsAfter } from "../testing/samples.ts";
import { severingProxy } from "../testing/severing-proxy.ts";
import { postgresJournal } from "./journal.ts";

const REASON_CHARACTERS = 100_000;

test("bodies travel as bytes, whatever bytes they are", async () => {
  const subject = await migratedDatabase();
  const proxy = severingProxy(subject.url);
  const journal = postgresJournal(proxy.url);
  const [segment] = segmentsAfter(await journal.claim([1], "node-1"), 50);
  if (segment === undefined) throw new Error("the shard was not claimed");
  // Every character of the Basic Latin and Latin-1 blocks, and with them zeros, quotes, backslashes and bytes above 127.
  const reason = Array.from({ length: REASON_CHARACTERS }, (_, at) => String.fromCharCode(at % 256)).join("");
  const events = [{ type: "StockAdjusted", quantity: 1, reason }];
  const actor = { tenant: "demo", kind: "inventory", id: "SHOE-42", version: 1, events, keys: [] };
  const body = { ...segment.body, actors: [actor] };
  // The first append asks for the types of its parameters.
  await journal.append([segment]);
  const sentBefore = proxy.sentBytes();
  await journal.append([{ ...segment, seq: segment.seq + 1, body }]);
  const sentBytes = proxy.sentBytes() - sentBefore;
  expect((await readAll(journal, 1)).at(-1)?.body).toEqual(body);
  const [stored] = await subject.database.sql<{ bytes: number }[]>`
    select length(body) as bytes from journal_segment where shard = 1 and seq = ${segment.seq + 1}`;
  expect(stored?.bytes).toBeGreaterThan(REASON_CHARACTERS);
  expect(sentBytes).toBeLessThan((stored?.bytes ?? 0) + 1_000);
  await journal.close();
  proxy.close();
  await subject.close();
});
