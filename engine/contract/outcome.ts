import type { Data } from "./data.ts";

/** An expected "no": data, never thrown. */
export interface Refusal {
  /** Stable, machine-readable reason in snake_case, such as `sold_out`. */
  readonly code: string;
  /** One sentence for people. */
  readonly detail: string;
  /** The field of the command that the refusal is about. */
  readonly field?: string;
  /** Present when the same command may succeed later, milliseconds from now. */
  readonly retryAfterMs?: number;
}

/** What a command came to: done with a reply, or refused. */
export type Outcome =
  { readonly type: "done"; readonly reply: Data } | { readonly type: "refused"; readonly refusal: Refusal };

/** The outcome of a command that was carried out. */
export function done(reply: Data): Outcome {
  return { type: "done", reply };
}

/** The outcome of a command that was refused. */
export function refused(refusal: Refusal): Outcome {
  return { type: "refused", refusal };
}
