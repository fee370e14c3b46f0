import type { Data } from "../contract/data.ts";
import type { Typed } from "../contract/decider.ts";
import type { Refusal } from "../contract/outcome.ts";
import type { Answer } from "../ports/dispatcher.ts";

/**
 * What travels in frames between threads, as tuples: the tag comes first, then the fields in a fixed order, so that a
 * frame of a hundred items repeats no field names.
 */
export const COMMAND = 1;
export const READ = 2;
export const WATCH = 3;
export const UNWATCH = 4;
export const ANSWER = 5;
export const VIEW = 6;
export const MESSAGE = 7;
export const DELIVERED = 8;
export const MOVED = 9;

/** A client's command for an actor. `barred`: why it must not be carried out, unless its key has been used already. */
export type CommandItem = readonly [
  tag: typeof COMMAND,
  correlation: number,
  tenant: string,
  kind: string,
  id: string,
  command: Typed,
  key: string,
  deadlineAtMs: number,
  traceparent: string | null,
  barred?: Refusal,
];

/** Asks for an actor's view once; answered by a {@link ViewItem} with the correlation. */
export type ReadItem = readonly [
  tag: typeof READ,
  correlation: number,
  tenant: string,
  kind: string,
  id: string,
];

/** Asks for an actor's view now and after every change. */
export type WatchItem = readonly [tag: typeof WATCH, tenant: string, kind: string, id: string];

/** Ends a {@link WatchItem}. */
export type UnwatchItem = readonly [tag: typeof UNWATCH, tenant: string, kind: string, id: string];

/** The one answer to a {@link CommandItem}. */
export type AnswerItem = readonly [tag: typeof ANSWER, correlation: number, answer: Answer];

/** A committed view; `correlation` 0 for watchers. */
export type ViewItem = readonly [
  tag: typeof VIEW,
  correlation: number,
  tenant: string,
  kind: string,
  id: string,
  epoch: number,
  offset: number,
  view: Data,
];

/** A message of one shard's outbox to another shard. */
export type MessageItem = readonly [
  tag: typeof MESSAGE,
  fromShard: number,
  toShard: number,
  number: number,
  tenant: string,
  kind: string,
  id: string,
  command: Typed,
];

/** All messages from `fromShard` to `toShard` up to `number` are durable at the receiver. */
export type DeliveredItem = readonly [
  tag: typeof DELIVERED,
  fromShard: number,
  toShard: number,
  number: number,
];

/**
 * The lane does not have this shard. It has not begun the {@link CommandItem} or {@link ReadItem} of that correlation, or, with
 * 0, keeps no {@link WatchItem} of it, or not any more: whoever sent it asks again, where the shard is by then. With `isBegun` the lane has
 * begun the command, and left it open for the shard's next owner to tell what has become of it.
 */
export type MovedItem = readonly [tag: typeof MOVED, correlation: number, shard: number, isBegun?: true];

/** Any item of a frame. */
export type Item =
  | CommandItem
  | ReadItem
  | WatchItem
  | UnwatchItem
  | AnswerItem
  | ViewItem
  | MessageItem
  | DeliveredItem
  | MovedItem;
