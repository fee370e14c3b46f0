import type { Places } from "../../engine/contract/testing/places.ts";

/*
 * A kind's version does not count what a refusal tells in numbers and names. Actors keep a refusal whole and pass it on whole,
 * and no state depends on its values; their shape belongs to the protocol of clients, whose golden files have it.
 */

/** The places of what a kind stores that its version counts. */
export type CountedPlaces<T> = Exclude<Places<T>, `${string}refusal.values?${string}`>;

/** What a kind stores, without what its version does not count. */
export function countedPart<Stored>(stored: Stored): Stored {
  return JSON.parse(JSON.stringify(stored, withoutValues)) as Stored;
}

function withoutValues(field: string, part: unknown): unknown {
  if (field !== "refusal" || typeof part !== "object" || part === null) return part;
  return { ...part, values: undefined };
}
