import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "whsec_";
const SECRET_BYTES = 32;

/** Makes a secret as Standard Webhooks writes them: `whsec_` and base64 of random bytes. */
export function newSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString("base64")}`;
}

/** What is signed: one attempt to tell one event. */
export interface SignedMessage {
  readonly id: string;
  /** Of this attempt, milliseconds since the epoch. */
  readonly sentAtMs: number;
  readonly body: string;
}

/**
 * The headers by which a receiver knows who sent a message, and when, by the Standard Webhooks specification: one signature for each
 * secret that is valid, so that a receiver may change its own at any time in between.
 */
export function signatureHeaders(
  { id, sentAtMs, body }: SignedMessage,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(sentAtMs / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}
