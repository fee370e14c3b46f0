import type { Typed } from "../contract/decider.ts";

/** A caller's name for one call; the same for every repetition of it, so that the other side can tell them apart. */
export interface CallIdentity {
  readonly tenant: string;
  /** Address of the calling actor, `tenant/kind/id`. */
  readonly caller: string;
  readonly shard: number;
  readonly number: number;
}

/** Something outside the engine that actors may call, such as a payment provider. */
export interface ExternalPort {
  /**
   * Carries the request out and returns the answer, a command of the calling actor. May be called again with the same
   * identity after a crash. Ends within the port's own deadline; expected failures are answers, not errors.
   * @throws only when the call should be repeated later.
   */
  call(request: Typed, identity: CallIdentity): Promise<Typed>;
}
