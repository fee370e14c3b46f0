import { expect, test } from "bun:test";
import type { Refusal, RefusalValues } from "../../engine/contract/outcome.ts";
import type { KeyRecord, SegmentBody } from "../../engine/contract/segment.ts";
import { markedBody } from "../testing/samples.ts";
import { DenseReader } from "./dense/reader.ts";
import { DenseWriter } from "./dense/writer.ts";
import { writeKeyRecord } from "./key-record.ts";
import { decodeSegmentBody, encodeSegmentBody, segmentIdentity } from "./segment-body.ts";
import { decodeSnapshot, encodeSnapshot } from "./snapshot.ts";

const AT_MS = 1_700_000_000_000;
const ROW = { tenant: "shop", kind: "cart", id: "C1", seq: 4 };
const IDENTITY = segmentIdentity(7, "6f1c8c1e-7d0b-4c59-9a5e-111111111111");
const BARE: Refusal = { code: "cart_full", detail: "A cart can have at most 2 lines." };

const keys = [
  BARE,
  { ...BARE, values: { limit: 2 } },
  {
    ...BARE,
    field: "sku",
    retryAfterMs: 5,
    values: { sku: "MUG", title: "M\u00fcg", line: 1, available: 0 },
  },
].map((refusal, index): KeyRecord => ({
  ticket: index + 1,
  key: `k${index}`,
  content: "c",
  outcome: { type: "refused", refusal },
}));

test("a refusal that a key remembers comes back from segments and snapshots with its values", () => {
  const entry = { tenant: "shop", kind: "cart", id: "C1", version: 1, events: [], keys };
  const body: SegmentBody = { ...markedBody(AT_MS), actors: [entry] };
  expect(decodeSegmentBody(encodeSegmentBody(IDENTITY, body), IDENTITY)).toEqual(body);
  const snapshot = { version: 1, state: null, ticket: 3, keys };
  expect(decodeSnapshot(encodeSnapshot(7, ROW, snapshot), 7, ROW)).toEqual(snapshot);
});

// Nodes of two releases read the same journal during a rolling restart.
test("a release that knows no values finds the rest of a refusal where it always was", () => {
  const values: RefusalValues = { sku: "MUG", available: 3 };
  const writer = new DenseWriter();
  writer.begin(AT_MS);
  writeKeyRecord(writer, {
    ticket: 1,
    key: "k",
    content: "no fingerprint",
    outcome: { type: "refused", refusal: { ...BARE, field: "quantity", values } },
  });
  const reader = new DenseReader(writer.copy());
  const head = [reader.count(), reader.text(), reader.count(), reader.text()];
  expect(head).toEqual([1, "k", 2, "no fingerprint"]);
  expect(reader.value()).toEqual([BARE.code, BARE.detail, "quantity", null, values]);
});
