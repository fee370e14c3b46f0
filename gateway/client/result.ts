import type { Problem } from "../protocol/messages.ts";

/** What a command came to; expected refusals are data, never thrown. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };
