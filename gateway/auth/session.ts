import type { ActorId, Tenant } from "../../engine/contract/address.ts";

/** What a caller may do: buy for themselves, or run the shop. */
export type Role = "shopper" | "operator";

/** Who is calling. Made by verifying a token, never from what a client says. */
export interface Session {
  readonly tenant: Tenant;
  readonly role: Role;
  readonly customer: ActorId;
  /** The caller's own cart. */
  readonly cart: ActorId;
  readonly expiresAtMs: number;
}

/** A session with its signed form. */
export interface SignedSession {
  readonly session: Session;
  readonly token: string;
}
