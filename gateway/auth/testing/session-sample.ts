import type { ActorId, Tenant } from "../../../engine/contract/address.ts";
import type { Session } from "../session.ts";
import { signingKey, signSession } from "../session-token.ts";

/** Signs the sample; known to everybody, as is all that it signs. */
export const sampleKey = signingKey("a secret of at least thirty-two bytes, for golden files");

/** When the sample is signed, milliseconds since the epoch. */
export const SAMPLE_AT_MS = 1_700_000_000_000;

/** A session as a cookie keeps it for weeks. */
export const sampleSession: Session = {
  tenant: "shop" as Tenant,
  role: "shopper",
  customer: "ann" as ActorId,
  cart: "C" as ActorId,
  expiresAtMs: SAMPLE_AT_MS + 3_600_000,
};

/** The sample's token as this release signs it. */
export function sampleToken(): Promise<string> {
  return signSession(sampleKey, sampleSession, SAMPLE_AT_MS);
}
