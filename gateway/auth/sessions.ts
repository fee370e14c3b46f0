import type { Tenant } from "../../engine/contract/address.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Entropy } from "../../engine/ports/entropy.ts";
import type { Session, SignedSession } from "./session.ts";
import { Neighbourhood } from "./neighbourhood.ts";
import { newActorId } from "./new-actor-id.ts";
import { signingKey, signSession, verifySession } from "./session-token.ts";

/** Life of a shopper's session, milliseconds. */
export const SHOPPER_SESSION_MS = 30 * 24 * 60 * 60 * 1000;

// A verified token is remembered, since every connection of a page presents the same one again.
const VERIFIED_MAX = 10_000;

/** What the sessions of one shop are made with. */
export interface SessionsOptions {
  readonly secret: string;
  readonly tenant: Tenant;
  readonly shardCount: number;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

/** The sessions of one shop: makes, verifies and renews them. */
export class Sessions {
  readonly #key: Uint8Array;
  readonly #options: SessionsOptions;
  readonly #neighbourhood: Neighbourhood;
  readonly #verified = new Map<string, Session>();

  /** @throws RangeError when the secret is too short. */
  constructor(options: SessionsOptions) {
    this.#key = signingKey(options.secret);
    this.#options = options;
    this.#neighbourhood = new Neighbourhood(options);
  }

  /** Makes a session for a shopper nobody knows yet, with a customer and a cart of its own. */
  async startShopper(): Promise<SignedSession> {
    const { tenant, clock, entropy } = this.#options;
    const nowMs = clock.nowMs();
    return this.#sign(
      {
        tenant,
        role: "shopper",
        customer: newActorId(entropy),
        cart: this.#neighbourhood.nextCart(),
        expiresAtMs: endOfLife(nowMs, SHOPPER_SESSION_MS),
      },
      nowMs,
    );
  }

  /** The session of a token, or undefined when the token is none of ours or has expired. */
  async verify(token: string): Promise<Session | undefined> {
    const nowMs = this.#options.clock.nowMs();
    const known = this.#verified.get(token);
    if (known !== undefined) return known.expiresAtMs > nowMs ? known : undefined;
    const session = await verifySession(this.#key, this.#options.tenant, token, nowMs);
    if (session !== undefined) this.#remember(token, session);
    return session;
  }

  /** The same shopper's session with a whole new life; an operator's session is not prolonged. */
  async renew(session: Session): Promise<SignedSession | undefined> {
    if (session.role === "operator") return undefined;
    const nowMs = this.#options.clock.nowMs();
    return this.#sign({ ...session, expiresAtMs: endOfLife(nowMs, SHOPPER_SESSION_MS) }, nowMs);
  }

  async #sign(session: Session, nowMs: number): Promise<SignedSession> {
    const token = await signSession(this.#key, session, nowMs);
    this.#remember(token, session);
    return { session, token };
  }

  #remember(token: string, session: Session): void {
    if (this.#verified.size >= VERIFIED_MAX) {
      const oldest = this.#verified.keys().next();
      if (oldest.done !== true) this.#verified.delete(oldest.value);
    }
    this.#verified.set(token, session);
  }
}

/** Tokens count whole seconds: a session ends when its token does. */
export function endOfLife(nowMs: number, lifeMs: number): number {
  return Math.floor((nowMs + lifeMs) / 1000) * 1000;
}
