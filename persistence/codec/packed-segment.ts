import type { Typed } from "../../engine/contract/decider.ts";
import type { ActorEntry, SegmentBody } from "../../engine/contract/segment.ts";
import { unpackKeyRecord } from "./key-record.ts";
import type { PackedKeyRecord } from "./key-record.ts";
import { unpackCall, unpackMessage } from "./outbox.ts";
import type { PackedCall, PackedMessage } from "./outbox.ts";

type NumberPair = readonly [shard: number, number: number];

type PackedActor = readonly [
  tenant: string,
  kind: string,
  id: string,
  version: number,
  events: readonly Typed[],
  keys?: readonly PackedKeyRecord[],
];

type PackedBody = readonly [
  atMs: number,
  actors: readonly PackedActor[],
  sent?: readonly PackedMessage[],
  received?: readonly NumberPair[],
  delivered?: readonly NumberPair[],
  called?: readonly PackedCall[],
  answered?: readonly number[],
  takeoverOwner?: string,
];

/** The body that formats 1 and 2 have stored: fields by position, those at the end left out when they are empty. */
export function unpackSegmentBody(packed: unknown): SegmentBody {
  const [atMs, actors, sent = [], received = [], delivered = [], called = [], answered = [], owner] =
    packed as PackedBody;
  return {
    atMs,
    ...(owner === undefined ? {} : { takeover: { owner } }),
    actors: actors.map(unpackActor),
    sent: sent.map(unpackMessage),
    delivered,
    received,
    called: called.map(unpackCall),
    answered,
  };
}

function unpackActor(packed: PackedActor): ActorEntry {
  const [tenant, kind, id, version, events, keys = []] = packed;
  return { tenant, kind, id, version, events, keys: keys.map(unpackKeyRecord) };
}
