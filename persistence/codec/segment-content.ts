import type { Data } from "../../engine/contract/data.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { ActorEntry, PlacedCall, SegmentBody, SentMessage } from "../../engine/contract/segment.ts";
import type { DenseReader } from "./dense/reader.ts";
import type { DenseWriter } from "./dense/writer.ts";
import { readKeyRecord, writeKeyRecord } from "./key-record.ts";

type NumberPair = readonly [shard: number, number: number];

// Which of the parts that most segments do not have follow the actors, one bit each and in this order.
const SENT = 1;
const RECEIVED = 2;
const DELIVERED = 4;
const CALLED = 8;
const ANSWERED = 16;
const TAKEOVER = 32;

// The lowest bit beside the number of an actor's events.
const HAS_KEYS = 1;

/** Writes what happened in a segment, each field at its place. The document has begun with the segment's time. */
export function writeSegmentContent(writer: DenseWriter, body: SegmentBody): void {
  const { actors, sent, received, delivered, called, answered, takeover } = body;
  writer.count(
    (sent.length > 0 ? SENT : 0) |
      (received.length > 0 ? RECEIVED : 0) |
      (delivered.length > 0 ? DELIVERED : 0) |
      (called.length > 0 ? CALLED : 0) |
      (answered.length > 0 ? ANSWERED : 0) |
      (takeover === undefined ? 0 : TAKEOVER),
  );
  writeList(writer, actors, writeActor);
  if (sent.length > 0) writeList(writer, sent, writeMessage);
  if (received.length > 0) writeList(writer, received, writePair);
  if (delivered.length > 0) writeList(writer, delivered, writePair);
  if (called.length > 0) writeList(writer, called, writeCall);
  if (answered.length > 0) writeList(writer, answered, writeNumber);
  if (takeover !== undefined) writer.text(takeover.owner);
}

/** Reads {@link writeSegmentContent}. */
export function readSegmentContent(reader: DenseReader): SegmentBody {
  const parts = reader.count();
  const actors = readList(reader, readActor);
  const sent = (parts & SENT) === 0 ? [] : readList(reader, readMessage);
  const received = (parts & RECEIVED) === 0 ? [] : readList(reader, readPair);
  const delivered = (parts & DELIVERED) === 0 ? [] : readList(reader, readPair);
  const called = (parts & CALLED) === 0 ? [] : readList(reader, readCall);
  const answered = (parts & ANSWERED) === 0 ? [] : readList(reader, (each) => each.count());
  const takeover = (parts & TAKEOVER) === 0 ? {} : { takeover: { owner: reader.text() } };
  return { atMs: reader.baseMs, ...takeover, actors, sent, delivered, received, called, answered };
}

function writeActor(writer: DenseWriter, entry: ActorEntry): void {
  const { version, events, keys } = entry;
  writeAddress(writer, entry);
  writer.count(version);
  writer.count(events.length * 2 + (keys.length > 0 ? HAS_KEYS : 0));
  for (const event of events) writer.value(event);
  if (keys.length > 0) writeList(writer, keys, writeKeyRecord);
}

function readActor(reader: DenseReader): ActorEntry {
  const address = readAddress(reader);
  const version = reader.count();
  const head = reader.count();
  const events: Typed[] = [];
  for (let left = head >>> 1; left > 0; left -= 1) events.push(typed(reader.value()));
  const keys = (head & HAS_KEYS) === 0 ? [] : readList(reader, readKeyRecord);
  return { ...address, version, events, keys };
}

function writeMessage(writer: DenseWriter, message: SentMessage): void {
  writer.count(message.toShard);
  writer.count(message.number);
  writeAddress(writer, message);
  writer.count(message.version);
  writer.value(message.command);
}

function readMessage(reader: DenseReader): SentMessage {
  const toShard = reader.count();
  const number = reader.count();
  const address = readAddress(reader);
  return { toShard, number, ...address, version: reader.count(), command: typed(reader.value()) };
}

function writeCall(writer: DenseWriter, call: PlacedCall): void {
  writer.count(call.number);
  writer.text(call.port);
  writeAddress(writer, call);
  writer.count(call.version);
  writer.value(call.request);
}

function readCall(reader: DenseReader): PlacedCall {
  const number = reader.count();
  const port = reader.text();
  const address = readAddress(reader);
  return { number, port, ...address, version: reader.count(), request: typed(reader.value()) };
}

interface StoredAddress {
  readonly tenant: string;
  readonly kind: string;
  readonly id: string;
}

function writeAddress(writer: DenseWriter, { tenant, kind, id }: StoredAddress): void {
  writer.text(tenant);
  writer.text(kind);
  writer.text(id);
}

function readAddress(reader: DenseReader): StoredAddress {
  return { tenant: reader.text(), kind: reader.text(), id: reader.text() };
}

function writePair(writer: DenseWriter, [shard, number]: NumberPair): void {
  writer.count(shard);
  writer.count(number);
}

function readPair(reader: DenseReader): NumberPair {
  return [reader.count(), reader.count()];
}

function writeNumber(writer: DenseWriter, number: number): void {
  writer.count(number);
}

function writeList<Item>(
  writer: DenseWriter,
  items: readonly Item[],
  write: (writer: DenseWriter, item: Item) => void,
): void {
  writer.count(items.length);
  for (const item of items) write(writer, item);
}

function readList<Item>(reader: DenseReader, read: (reader: DenseReader) => Item): readonly Item[] {
  const items: Item[] = [];
  for (let left = reader.count(); left > 0; left -= 1) items.push(read(reader));
  return items;
}

/** The checksum vouches for it. */
function typed(data: Data): Typed {
  return data as Data & Typed;
}
