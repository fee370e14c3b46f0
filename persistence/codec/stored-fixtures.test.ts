import { expect, test } from "bun:test";
import type {
  ActorEntry,
  KeyRecord,
  PlacedCall,
  SegmentBody,
  SentMessage,
  ShardMemory,
} from "../../engine/contract/segment.ts";
import {
  fullCheckpoint,
  fullPages,
  laterVersionsBody,
  refusalValuesBody,
} from "../testing/stored-fixtures.ts";
import { decodeSegmentBody, segmentIdentity, takeoverBody } from "./segment-body.ts";
import { decodeCheckpoint } from "./snapshot.ts";

const IDENTITY = segmentIdentity(7, "6f1c8c1e-7d0b-4c59-9a5e-111111111111");

// Bytes that a release has stored; they never change. `npm run golden` writes those of a new format.
async function stored(name: string): Promise<Uint8Array> {
  return Buffer.from(
    (await Bun.file(new URL(`./fixtures/${name}.hex`, import.meta.url)).text()).trim(),
    "hex",
  );
}

test.each([2, 3])(
  "messages and calls of later versions come back with their version from format %i",
  async (format) => {
    const body = decodeSegmentBody(await stored(`segment-body-versions-${format}`), IDENTITY);
    expect(body).toEqual(laterVersionsBody());
  },
);

test("refusals come back with their values from the bytes in which they were stored", async () => {
  const bytes = await stored("segment-body-refusal-values-3");
  expect(decodeSegmentBody(bytes, IDENTITY)).toEqual(refusalValuesBody());
});

test.each([2, 3])("a takeover record of format %i is read as it was written", async (format) => {
  const body = takeoverBody("node-1/lane-0", 1_700_000_000_000);
  expect(decodeSegmentBody(await stored(`takeover-${format}`), IDENTITY)).toEqual(body);
});

test.each([
  [3, 1],
  [4, 2],
])(
  "a checkpoint of format %i with messages and calls of later versions is read as it was written",
  async (format, pageFormat) => {
    const pages = await Promise.all(fullPages().map(() => stored(`known-page-${pageFormat}`)));
    const read = decodeCheckpoint(await stored(`checkpoint-versions-${format}`), 3, 12, pages);
    const { known, ...rest } = fullCheckpoint();
    expect(read).toMatchObject(rest);
    if (format === 4) expect(read.known).toEqual(known);
  },
);

// A field that is added to one of these types does not compile here until it is named, and does not pass until the samples
// of the fixtures have it.
test("the fixtures show every field of every stored record", () => {
  const body = laterVersionsBody();
  const { memory } = fullCheckpoint();
  const named = <Stored>(fields: Readonly<Record<keyof Required<Stored>, true>>) =>
    Object.keys(fields).sort();
  const shown = (...records: readonly object[]) => [...new Set(records.flatMap(Object.keys))].sort();
  expect(shown(body, takeoverBody("owner", 1))).toEqual(
    named<SegmentBody>({
      atMs: true,
      takeover: true,
      actors: true,
      sent: true,
      delivered: true,
      received: true,
      called: true,
      answered: true,
    }),
  );
  expect(shown(...body.actors)).toEqual(
    named<ActorEntry>({ tenant: true, kind: true, id: true, version: true, events: true, keys: true }),
  );
  expect(shown(...body.actors.flatMap(({ keys }) => keys))).toEqual(
    named<KeyRecord>({ ticket: true, key: true, content: true, outcome: true }),
  );
  const address = { tenant: true, kind: true, id: true, version: true, number: true } as const;
  expect(shown(...body.sent)).toEqual(named<SentMessage>({ ...address, toShard: true, command: true }));
  expect(shown(...body.called)).toEqual(named<PlacedCall>({ ...address, port: true, request: true }));
  expect(shown(memory)).toEqual(
    named<ShardMemory>({
      outbox: true,
      calls: true,
      sentNumbers: true,
      receivedNumbers: true,
      callNumber: true,
      atMs: true,
    }),
  );
});
