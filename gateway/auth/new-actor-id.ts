import { parseActorId } from "../../engine/contract/address.ts";
import type { ActorId } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Entropy } from "../../engine/ports/entropy.ts";

/** An id that nobody has. */
export function newActorId(entropy: Entropy): ActorId {
  const id = parseActorId(entropy.uuid());
  assert(id !== undefined, "a UUID is an actor id");
  return id;
}
