import type { Typed } from "../../engine/contract/decider.ts";
import type { PlacedCall, SentMessage } from "../../engine/contract/segment.ts";

/** A sent message by position. */
export type PackedMessage = readonly [
  toShard: number,
  number: number,
  tenant: string,
  kind: string,
  id: string,
  command: Typed,
];

/** A placed call by position. */
export type PackedCall = readonly [
  number: number,
  port: string,
  tenant: string,
  kind: string,
  id: string,
  request: Typed,
];

/** Puts a message into positions. */
export function packMessage(message: SentMessage): PackedMessage {
  return [message.toShard, message.number, message.tenant, message.kind, message.id, message.command];
}

/** The message of {@link packMessage}. */
export function unpackMessage(packed: PackedMessage): SentMessage {
  const [toShard, number, tenant, kind, id, command] = packed;
  return { toShard, number, tenant, kind, id, command };
}

/** Puts a call into positions. */
export function packCall(call: PlacedCall): PackedCall {
  return [call.number, call.port, call.tenant, call.kind, call.id, call.request];
}

/** The call of {@link packCall}. */
export function unpackCall(packed: PackedCall): PlacedCall {
  const [number, port, tenant, kind, id, request] = packed;
  return { number, port, tenant, kind, id, request };
}
