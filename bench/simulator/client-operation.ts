import type { Typed } from "../../engine/contract/decider.ts";
import type { Answer } from "../../engine/ports/dispatcher.ts";

/** One command as its client saw it, from the first attempt to the answer that ended it. */
export interface ClientOperation {
  readonly client: string;
  /** `tenant/kind/id`. */
  readonly address: string;
  readonly command: Typed;
  readonly key: string;
  /** Simulated time of the first attempt, microseconds. */
  readonly invokedAtUs: number;
  endedAtUs?: number;
  attempts: number;
  /** `done` or `refused`; missing while nobody knows. */
  answer?: Extract<Answer, { readonly type: "done" | "refused" }>;
}
