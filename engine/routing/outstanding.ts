import type { Answer, ViewUpdate } from "../ports/dispatcher.ts";
import type { Unavailable } from "../ports/unavailable.ts";
import type { CommandItem, ReadItem } from "../transport/items.ts";

/** A command that a gateway thread has sent, or keeps, and that is not answered. */
export interface OutstandingCommand {
  readonly type: "command";
  readonly item: CommandItem;
  readonly shard: number;
  /** Version of the placement when it was sent last. */
  version: number;
  readonly giveUpAtMs: number;
  /** It was sent before, and may have been carried out then. */
  readonly mayBeDone: boolean;
  readonly answer: (answer: Answer) => void;
}

/** A read that is not answered. */
export interface OutstandingRead {
  readonly type: "read";
  readonly item: ReadItem;
  readonly shard: number;
  /** Version of the placement when it was sent last. */
  version: number;
  readonly giveUpAtMs: number;
  readonly resolve: (update: ViewUpdate) => void;
  readonly reject: (error: Unavailable) => void;
}

/** Work without an answer. */
export type Outstanding = OutstandingCommand | OutstandingRead;

/**
 * The same work under another number, to be sent again. A command may have been refused the first time and be carried out the
 * second, so that only one of the two may be answered.
 */
export function renumbered(outstanding: Outstanding, correlation: number): Outstanding {
  if (outstanding.type === "read") {
    const [tag, , ...rest] = outstanding.item;
    return { ...outstanding, item: [tag, correlation, ...rest] };
  }
  const [tag, , ...rest] = outstanding.item;
  return { ...outstanding, item: [tag, correlation, ...rest], mayBeDone: true };
}

/** The answer to a command that an earlier owner may have carried out: that this one has not begun it says nothing. */
export function withoutDenial(answer: Answer): Answer {
  if (answer.type === "overloaded") return { ...answer, type: "unknown" };
  return answer.type === "expired" ? { type: "unknown", retryAfterMs: 0 } : answer;
}
