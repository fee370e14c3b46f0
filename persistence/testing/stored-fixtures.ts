import { refused } from "../../engine/contract/outcome.ts";
import type { SegmentBody } from "../../engine/contract/segment.ts";
import type { Checkpoint } from "../../engine/ports/snapshots.ts";
import { encodeArchiveBlock } from "../codec/archive-block.ts";
import { encodeSegmentBody, segmentIdentity, takeoverBody } from "../codec/segment-body.ts";
import { encodeCheckpoint, encodeKnownPages, encodeSnapshot } from "../codec/snapshot.ts";
import { fullBody, markedBody } from "./samples.ts";

/** Bytes as this release stores them. The first one is their format. */
export interface StoredFixture {
  readonly name: string;
  readonly format: number;
  readonly bytes: Uint8Array;
  /** Whether this release writes exactly these bytes: what is compressed only has to stay readable. */
  readonly exact: boolean;
}

const AT_MS = 1_700_000_000_000;
const IDENTITY = segmentIdentity(7, "6f1c8c1e-7d0b-4c59-9a5e-111111111111");
const ROW = { tenant: "demo", kind: "cart", id: "C1~2", seq: 4 };
const SNAPSHOT = {
  version: 1,
  state: { line: 1, title: "caf\u00e9", expiresAtMs: 1_700_000_600_000 },
  ticket: 3,
  keys: [{ ticket: 3, key: "k3", content: "c3", outcome: { type: "done", reply: { line: 1 } } }],
} as const;

const ARCHIVED = { shard: 7, firstSeq: 41, lastSeq: 41 };
const ARCHIVED_SEGMENT = {
  seq: 41,
  epoch: 2,
  batchId: "6f1c8c1e-7d0b-4c59-9a5e-111111111111",
  body: Uint8Array.of(2, 1, 0, 255),
};
const KNOWN = {
  count: 2,
  pages: [{ number: 0, records: Uint32Array.from([0xa2ba5e47, 5, 0, 0, 17, 6, 41, 0x0201]) }],
};

/** A body whose messages and calls are of kinds that have had several versions. */
export function laterVersionsBody(): SegmentBody {
  const body = fullBody(AT_MS);
  return {
    ...body,
    sent: body.sent.map((message) => ({ ...message, version: 2 })),
    called: body.called.map((call) => ({ ...call, version: 3 })),
  };
}

/** A body whose refusals have values: one that a key remembers, one in an event and one on its way. */
export function refusalValuesBody(): SegmentBody {
  const values = { sku: "MUG", quantity: 5, available: 3 };
  const refusal = {
    code: "insufficient_stock",
    detail: "Only 3 of MUG are left.",
    field: "quantity",
    values,
  };
  const ofLine = { ...refusal, values: { ...values, line: 1, title: "Mug" } };
  const cart = { tenant: "shop", kind: "cart", id: "C1", version: 1 };
  const ended = { type: "OrderRefused", refusal: ofLine };
  const answered = { type: "HoldAnswered", holdId: "C1#2", ticket: 2, answer: { type: "refused", refusal } };
  return {
    ...markedBody(AT_MS),
    actors: [
      { ...cart, events: [], keys: [{ ticket: 1, key: "k1", content: "a1", outcome: refused(refusal) }] },
      { ...cart, kind: "order", id: "C1~1", events: [ended], keys: [] },
    ],
    sent: [{ ...cart, toShard: 9, number: 1, command: answered }],
  };
}

/** A checkpoint that says something in each of its fields, of the same kinds. */
export function fullCheckpoint(): Checkpoint {
  const { sent, called, received } = laterVersionsBody();
  const numbers = { sentNumbers: [[9, 4]], receivedNumbers: received, callNumber: 2 } as const;
  const memory = { outbox: sent, calls: called, ...numbers, atMs: AT_MS };
  return { shard: 3, seq: 12, memory, known: KNOWN };
}

/** The pages of its known actors. */
export function fullPages(): readonly Uint8Array[] {
  return encodeKnownPages({ shard: 3, known: KNOWN }).map(({ body }) => body);
}

/** Everything that is stored as bytes, each as a document of its own. */
export function storedFixtures(): readonly StoredFixture[] {
  return [
    fixture("segment-body", encodeSegmentBody(IDENTITY, fullBody(AT_MS))),
    fixture("segment-body-versions", encodeSegmentBody(IDENTITY, laterVersionsBody())),
    fixture("segment-body-refusal-values", encodeSegmentBody(IDENTITY, refusalValuesBody())),
    fixture("takeover", encodeSegmentBody(IDENTITY, takeoverBody("node-1/lane-0", AT_MS))),
    fixture("snapshot", encodeSnapshot(7, ROW, SNAPSHOT)),
    fixture("checkpoint-versions", encodeCheckpoint(fullCheckpoint())),
    ...fullPages().map((bytes) => fixture("known-page", bytes)),
    { ...fixture("archive-block", encodeArchiveBlock(ARCHIVED, [ARCHIVED_SEGMENT])), exact: false },
  ];
}

function fixture(name: string, bytes: Uint8Array): StoredFixture {
  return { name, format: bytes[0] ?? 0, bytes, exact: true };
}
