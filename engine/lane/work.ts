import type { ActorId, Address, Kind, Tenant } from "../contract/address.ts";
import type { Typed } from "../contract/decider.ts";
import type { CommandItem } from "../transport/items.ts";
import type { Link } from "../transport/link.ts";
import type { ActorCell } from "./actor-cell.ts";

/** One thing that waits in a lane's mailbox. */
export type Work = CommandWork | ViewWork | MessageWork | CallAnswerWork | WakeUpWork;

/** Where the work goes. */
export interface Target {
  readonly address: Address;
  readonly addressText: string;
  readonly shardNumber: number;
  /** The actor as it was met last; not the one that is meant any more once it has left memory. */
  cell: ActorCell | undefined;
}

/** A client's command. */
export interface CommandWork {
  readonly type: "command";
  readonly to: Target;
  readonly link: Link;
  readonly item: CommandItem;
}

/** A request for a view: once (with a correlation) or as a watcher (0). */
export interface ViewWork {
  readonly type: "view";
  readonly to: Target;
  readonly link: Link;
  readonly correlation: number;
}

/** A message of another shard's outbox (or of this lane's own). */
export interface MessageWork {
  readonly type: "message";
  readonly to: Target;
  readonly fromShard: number;
  readonly number: number;
  readonly command: Typed;
}

/** The answer to a call that this lane's shard has placed. */
export interface CallAnswerWork {
  readonly type: "answer";
  readonly to: Target;
  readonly number: number;
  readonly command: Typed;
}

/** An actor's timer has come. */
export interface WakeUpWork {
  readonly type: "wakeUp";
  readonly to: Target;
}

/** Whether a client waits for an answer to it. */
export function isClients(work: Work): boolean {
  return work.type === "command" || (work.type === "view" && work.correlation !== 0);
}

/** The address of parts that were parsed before they were sent or stored. */
export function trustedAddress(tenant: string, kind: string, id: string): Address {
  return { tenant: tenant as Tenant, kind: kind as Kind, id: id as ActorId };
}
