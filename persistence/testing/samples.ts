import type { DataRecord } from "../../engine/contract/data.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { SegmentBody } from "../../engine/contract/segment.ts";
import type { Claim, Journal, Segment } from "../../engine/ports/journal.ts";

/** A body that says something in each of its fields. */
export function fullBody(atMs: number): SegmentBody {
  return {
    atMs,
    actors: [
      {
        tenant: "demo",
        kind: "inventory",
        id: "SHOE-42",
        version: 1,
        events: typed([
          { type: "HoldPlaced", holdId: "C1#1", customer: "ada", quantity: 2, expiresAtMs: atMs + 600_000 },
          { type: "StockAdjusted", quantity: -3, reason: "caf\u00e9 \u{1F45F}" },
        ]),
        keys: [],
      },
      {
        tenant: "demo",
        kind: "cart",
        id: "C1",
        version: 2,
        events: [],
        keys: [
          { ticket: 1, key: "k1", content: "a1", outcome: { type: "done", reply: { line: 1, note: null } } },
          {
            ticket: 2,
            key: "k2",
            content: "b2",
            outcome: {
              type: "refused",
              refusal: { code: "sold_out", detail: "None is left.", field: "quantity", retryAfterMs: 50 },
            },
          },
          {
            ticket: 3,
            key: "k3",
            content: "c3",
            outcome: { type: "refused", refusal: { code: "no", detail: "No." } },
          },
          { ticket: 4, key: "k4", content: "d4" },
        ],
      },
    ],
    sent: [
      {
        toShard: 9,
        number: 1,
        tenant: "demo",
        kind: "inventory",
        id: "SHOE-42",
        version: 1,
        command: { type: "WakeUp" },
      },
    ],
    delivered: [[9, 1]],
    received: [
      [3, 12],
      [200, 1],
    ],
    called: [
      {
        number: 1,
        port: "payment",
        tenant: "demo",
        kind: "order",
        id: "C1~1",
        version: 1,
        request: { type: "Void" },
      },
    ],
    answered: [1, 2],
  };
}

/** A body whose only content is a number to know it by. */
export function markedBody(mark: number): SegmentBody {
  return { atMs: mark, actors: [], sent: [], delivered: [], received: [], called: [], answered: [] };
}

/** The segments that follow the given claims, of one commit. */
export function segmentsAfter(claims: readonly Claim[], mark: number, distance = 1): readonly Segment[] {
  const batchId = crypto.randomUUID();
  return claims.map(({ shard, epoch, seq }) => ({
    shard,
    epoch,
    seq: seq + distance,
    batchId,
    body: markedBody(mark),
  }));
}

/** All segments of a shard. */
export async function readAll(journal: Journal, shard: number, afterSeq = 0): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  for await (const page of journal.read(shard, afterSeq)) segments.push(...page);
  return segments;
}

/** The marks of a shard's segments in order; `claim` for takeover records. */
export async function readMarks(journal: Journal, shard: number): Promise<readonly (number | "claim")[]> {
  const segments = await readAll(journal, shard);
  return segments.map(({ body }) => (body.takeover === undefined ? body.atMs : "claim"));
}

// The engine knows events by their `type` only; what else they hold is the deciders' business.
function typed(events: readonly (Typed & DataRecord)[]): readonly Typed[] {
  return events;
}
