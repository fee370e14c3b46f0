import { createHash, timingSafeEqual } from "node:crypto";
import { bearerToken } from "../../../gateway/auth/credentials.ts";

/** The token that lets operators in. */
export class AdminToken {
  readonly #digest: Buffer;

  constructor(token: string) {
    this.#digest = digestOf(token);
  }

  /** Tells whether a request carries it. How long that takes says nothing about how much of a wrong one is right. */
  admits(headers: Headers): boolean {
    const given = bearerToken(headers);
    return given !== undefined && timingSafeEqual(digestOf(given), this.#digest);
  }
}

/** Digests have one length, which the comparison asks for. */
function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
