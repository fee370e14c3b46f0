import { bearerToken, cookieToken, hasBearer, sessionCookie } from "../auth/credentials.ts";
import type { Session } from "../auth/session.ts";
import { SHOPPER_SESSION_MS } from "../auth/sessions.ts";
import type { Sessions } from "../auth/sessions.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Problem } from "../protocol/messages.ts";
import { problem } from "../protocol/problems.ts";

/** What came of looking for a session: one, none, or a token that is not one. */
export type FoundSession =
  | { readonly type: "found"; readonly session: Session; readonly isCookie: boolean }
  | { readonly type: "none" }
  | { readonly type: "invalid"; readonly problem: Problem };

/** A session with the cookie to set for it, if any. */
export interface CookieSession {
  readonly session: Session;
  readonly setCookie: string | undefined;
}

/** Sessions over HTTP: from the Authorization header, or from a cookie that only we can read. */
export class HttpSessions {
  readonly #sessions: Sessions;
  readonly #clock: Clock;
  readonly #isSecure: boolean;

  /** `isSecure`: cookies travel over TLS only. */
  constructor(sessions: Sessions, clock: Clock, isSecure: boolean) {
    this.#sessions = sessions;
    this.#clock = clock;
    this.#isSecure = isSecure;
  }

  async find(headers: Headers): Promise<FoundSession> {
    if (hasBearer(headers)) {
      const bearer = bearerToken(headers);
      const session = bearer === undefined ? undefined : await this.#sessions.verify(bearer);
      if (session !== undefined) return { type: "found", session, isCookie: false };
      const detail = "The Authorization header has no session of this shop.";
      return { type: "invalid", problem: problem("invalid_session", detail, { field: "Authorization" }) };
    }
    const cookie = cookieToken(headers);
    const session = cookie === undefined ? undefined : await this.#sessions.verify(cookie);
    return session === undefined ? { type: "none" } : { type: "found", session, isCookie: true };
  }

  /** The session of a visitor: a new one for strangers, a renewed one when the old is more than half over. */
  async welcome(found: Exclude<FoundSession, { type: "invalid" }>): Promise<CookieSession> {
    if (found.type === "none") {
      const { session, token } = await this.#sessions.startShopper();
      return { session, setCookie: this.#cookie(session, token) };
    }
    const leftMs = found.session.expiresAtMs - this.#clock.nowMs();
    if (!found.isCookie || leftMs > SHOPPER_SESSION_MS / 2)
      return { session: found.session, setCookie: undefined };
    const renewed = await this.#sessions.renew(found.session);
    if (renewed === undefined) return { session: found.session, setCookie: undefined };
    return { session: renewed.session, setCookie: this.#cookie(renewed.session, renewed.token) };
  }

  #cookie(session: Session, token: string): string {
    return sessionCookie(token, session.expiresAtMs - this.#clock.nowMs(), this.#isSecure);
  }
}
