import type { Address } from "../contract/address.ts";
import type { Data } from "../contract/data.ts";
import type { Typed } from "../contract/decider.ts";
import type { Outcome, Refusal } from "../contract/outcome.ts";

/** A command on its way to an actor, from outside the engine. */
export interface Submission {
  readonly address: Address;
  readonly command: Typed;
  /** The client's idempotency key, 1–64 characters. */
  readonly key: string;
  /** After this moment (milliseconds since the epoch) the command is not started any more. */
  readonly deadlineAtMs: number;
  /** W3C trace context, passed along. */
  readonly traceparent?: string;
  /**
   * Why the command must not be carried out any more. What its key has come to is answered all the same: only who keeps the keys
   * can tell a repetition from a command that is new.
   */
  readonly barred?: Refusal;
}

/** What came of a submission. Every submission gets exactly one answer. */
export type Answer =
  | Outcome
  /** Not started: mailbox or link is full. Safe to send again after `retryAfterMs`. */
  | { readonly type: "overloaded"; readonly retryAfterMs: number }
  /** Not started before its deadline. Safe to send again. */
  | { readonly type: "expired" }
  /** The shard's owner started again: the command may or may not have taken effect. The same key tells. */
  | { readonly type: "unknown"; readonly retryAfterMs: number };

/** A committed view of an actor. A later one has the same epoch and a higher offset, or a higher epoch. */
export interface ViewUpdate {
  readonly epoch: number;
  readonly offset: number;
  /** Absolute values; null when the actor does not exist for anybody. */
  readonly view: Data;
}

/** The engine as a gateway thread sees it. */
export interface Dispatcher {
  dispatch(submission: Submission, answer: (answer: Answer) => void): void;
  /**
   * Calls `listener` with the committed view now and after every commit that changed it, until the returned function is
   * called. Views of one actor may be conflated: only the newest counts.
   */
  watch(address: Address, listener: (update: ViewUpdate) => void): () => void;
  /** The committed view once. Rejects with `Unavailable` when no owner answers in time. */
  read(address: Address): Promise<ViewUpdate>;
}
