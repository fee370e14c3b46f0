/**
 * What it costs a lane to ask the journal whether it still owns its shards: one question, and the appends of a lane that
 * asks as often as lanes do against one that never asks. Run: bun bench/probes/ownership-check.ts
 */
import { defaultLaneLimits } from "../../engine/lane/limits.ts";
import { postgresJournal } from "../../persistence/postgres/journal.ts";
import { holdsBody } from "./holds.ts";
import { withProbeDatabase } from "./probe-database.ts";
import { printTable } from "./table.ts";

const OWNER = "probe";
const SHARDS = Array.from({ length: 256 }, (_, shard) => shard);
const QUESTIONS = 2_000;
const EVENTS_PER_COMMIT = 100;
// In turns, so that both see the machine as it is from minute to minute.
const TURNS = 10;
const TURN_MS = 1_000;

await withProbeDatabase(async (database) => {
  const journal = postgresJournal(database);
  const claims = await journal.claim(SHARDS, OWNER);
  const claim = claims[0];
  if (claim === undefined) throw new Error("the shards were not claimed");

  const startedAtMs = performance.now();
  for (let asked = 0; asked < QUESTIONS; asked += 1) await journal.confirm(SHARDS, OWNER);
  const questionMs = (performance.now() - startedAtMs) / QUESTIONS;

  let seq = claim.seq;
  const appendFor = async (): Promise<number> => {
    const endsAtMs = performance.now() + TURN_MS;
    let commits = 0;
    while (performance.now() < endsAtMs) {
      seq += 1;
      const body = holdsBody(EVENTS_PER_COMMIT);
      await journal.append([{ ...claim, seq, batchId: crypto.randomUUID(), body }]);
      commits += 1;
    }
    return commits / (TURN_MS / 1_000);
  };
  const rates = { never: 0, regularly: 0 };
  for (let turn = 0; turn < TURNS; turn += 1) {
    rates.never += (await appendFor()) / TURNS;
    const timer = setInterval(() => void journal.confirm(SHARDS, OWNER), defaultLaneLimits.ownershipRenewMs);
    rates.regularly += (await appendFor()) / TURNS;
    clearInterval(timer);
  }
  await journal.close();
  printTable(
    [
      "one question, ms",
      "commits/s without",
      `commits/s, asked every ${defaultLaneLimits.ownershipRenewMs} ms`,
    ],
    [[questionMs, rates.never, rates.regularly]],
  );
});
