import type { Typed } from "../../engine/contract/decider.ts";
import type { PlacedCall, SentMessage } from "../../engine/contract/segment.ts";

// Nothing is written for it, as long as a kind has one version only.
const FIRST_VERSION = 1;

/** A sent message by position. */
export type PackedMessage = readonly [
  toShard: number,
  number: number,
  tenant: string,
  kind: string,
  id: string,
  command: Typed,
  version?: number,
];

/** A placed call by position. */
export type PackedCall = readonly [
  number: number,
  port: string,
  tenant: string,
  kind: string,
  id: string,
  request: Typed,
  version?: number,
];

/** Puts a message into positions. */
export function packMessage(message: SentMessage): PackedMessage {
  const { toShard, number, tenant, kind, id, version, command } = message;
  return version === FIRST_VERSION
    ? [toShard, number, tenant, kind, id, command]
    : [toShard, number, tenant, kind, id, command, version];
}

/** The message of {@link packMessage}. */
export function unpackMessage(packed: PackedMessage): SentMessage {
  const [toShard, number, tenant, kind, id, command, version = FIRST_VERSION] = packed;
  return { toShard, number, tenant, kind, id, version, command };
}

/** Puts a call into positions. */
export function packCall(call: PlacedCall): PackedCall {
  const { number, port, tenant, kind, id, version, request } = call;
  return version === FIRST_VERSION
    ? [number, port, tenant, kind, id, request]
    : [number, port, tenant, kind, id, request, version];
}

/** The call of {@link packCall}. */
export function unpackCall(packed: PackedCall): PlacedCall {
  const [number, port, tenant, kind, id, request, version = FIRST_VERSION] = packed;
  return { number, port, tenant, kind, id, version, request };
}
