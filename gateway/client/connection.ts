import { FINAL_CLOSE, isRetryableClose } from "../protocol/close-codes.ts";
import type { Problem, ResumePoint, ServerFrame, Welcome } from "../protocol/messages.ts";
import { backoffMs } from "./backoff.ts";
import { Link } from "./link.ts";
import { ServerClock } from "./server-clock.ts";
import type { ClientStatus } from "./status.ts";

// Time for a welcome: more with each attempt, since a slow network takes several round trips of a second or two for one.
const HELLO_MS = 5_000;
const HELLO_MS_MAX = 15_000;
const HOUSEKEEPING_MS = 1_000;
// The network may lose a connection without a word: after half a ping's time of silence the gateway is asked, and then given up
// once nothing has come for as long as a welcome may take, so that no network is let in that is too slow to stay. Both are counted
// in rounds of housekeeping, since what came while the page itself stood still is heard between two of them; in a page that nobody
// looks at they take longer, and there a ping that is not answered until the next is due tells it.
const UNANSWERED_ROUNDS = HELLO_MS_MAX / HOUSEKEEPING_MS;
// A shop that was away for long is found again within four seconds; waits are random, so that its crowd does not come at once.
const RECONNECT = { firstMs: 200, maxMs: 4_000 };
// A connection that ends sooner counts as one more that failed: a gateway that breaks under its crowd shall not be asked faster for it.
const STEADY_MS = 5_000;
const REFRESH_BEFORE_MS = 24 * 60 * 60 * 1000;
const REFRESH_EVERY_MS = 60_000;
// Before these a gateway says in a problem what was wrong; before others a problem was about something else.
const VERDICTS: ReadonlySet<number> = new Set([FINAL_CLOSE.breach, FINAL_CLOSE.session]);

/** Frames that are about commands and channels. */
export type WorkFrame = Exclude<ServerFrame, { readonly t: "welcome" | "reconnect" | "pong" }>;

/** What a connection works with and tells of. */
export interface ConnectionEvents {
  /** What to resume, asked for at every hello. */
  readonly resumePoints: () => readonly ResumePoint[];
  /** A session is there. `isAnother`: it is not the session of the connection before. */
  readonly welcomed: (resumed: readonly ResumePoint[], isAnother: boolean) => void;
  readonly received: (frame: WorkFrame) => void;
  readonly statusChanged: (status: ClientStatus) => void;
  /** Runs about once a second while the connection is not closed. */
  readonly ticked: () => void;
}

/** A connection that comes back by itself: sockets one after the other, each with a hello, kept alive by pings. */
export class Connection {
  readonly clock = new ServerClock();
  readonly #url: string;
  readonly #reconnects: boolean;
  readonly #events: ConnectionEvents;
  readonly #givenToken: string | undefined;
  #token: string | undefined;
  #status: ClientStatus = { type: "connecting", attempt: 1 };
  #welcome: Welcome | undefined;
  #link: Link | undefined;
  #attempt = 1;
  #openedAtMs = 0;
  #resuming: readonly ResumePoint[] = [];
  /** When the question went out whose answer tells the server's time; undefined when none is open. */
  #askedAtMs: number | undefined;
  #pingedAtMs = 0;
  /** Rounds of housekeeping since the gateway was heard. */
  #silentRounds = 0;
  #refreshedAtMs = 0;
  #problem: Problem | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #housekeeping: ReturnType<typeof setInterval> | undefined;

  constructor(url: string, token: string | undefined, reconnects: boolean, events: ConnectionEvents) {
    this.#url = url;
    this.#givenToken = token;
    this.#token = token;
    this.#reconnects = reconnects;
    this.#events = events;
  }

  get status(): ClientStatus {
    return this.#status;
  }

  /** The session as it was told last; undefined before the first welcome. */
  get session(): Welcome | undefined {
    return this.#welcome;
  }

  open(): void {
    this.#housekeeping ??= setInterval(() => this.#tick(), HOUSEKEEPING_MS);
    this.#connect();
  }

  /** Sends a frame; drops it while the connection is not open. */
  send(text: string): void {
    if (this.#status.type === "open") this.#link?.send(text);
  }

  /** Ends the connection for good. */
  close(reason: string): void {
    if (this.#status.type === "closed") return;
    clearTimeout(this.#timer);
    clearInterval(this.#housekeeping);
    this.#link?.release();
    this.#link = undefined;
    this.#setStatus({ type: "closed", reason });
  }

  #connect(): void {
    this.#setStatus({ type: "connecting", attempt: this.#attempt });
    const link = new Link(this.#url, {
      opened: () => this.#hello(link),
      received: (text) => this.#receive(text),
      lost: (code, reason) => this.#lost(code, reason),
    });
    this.#link = link;
    this.#problem = undefined;
    const helloMs = Math.min(HELLO_MS * this.#attempt, HELLO_MS_MAX);
    this.#timer = setTimeout(() => link.abandon(`no welcome within ${helloMs} ms`), helloMs);
  }

  #hello(link: Link): void {
    this.clock.reset();
    this.#askedAtMs = performance.now();
    this.#resuming = this.#events.resumePoints();
    link.send(JSON.stringify({ t: "hello", token: this.#token, resume: this.#resuming }));
  }

  #receive(text: string): void {
    this.#silentRounds = 0;
    const frame = JSON.parse(text) as ServerFrame;
    if ("re" in frame) return this.#events.received(frame);
    switch (frame.t) {
      case "welcome":
        return this.#welcomed(frame);
      case "pong":
        return this.#answered(frame.serverTimeMs);
      case "reconnect":
        return this.#moveOn(frame.afterMs + Math.random() * frame.jitterMs);
      case "problem":
        // The last problem before a verdict is its reason.
        this.#problem = frame.problem;
        return this.#events.received(frame);
      case "snapshot":
      case "delta":
        return this.#events.received(frame);
    }
  }

  #welcomed(frame: Welcome): void {
    const before = this.#welcome;
    this.#welcome = frame;
    if (frame.session !== "") this.#token = frame.session;
    this.#answered(frame.serverTimeMs);
    if (this.#status.type === "open") return;
    clearTimeout(this.#timer);
    this.#openedAtMs = performance.now();
    this.#setStatus({ type: "open" });
    // The hello's round trip includes the making of a session; a ping's does not.
    this.#ping();
    this.#events.welcomed(this.#resuming, before !== undefined && before.cart !== frame.cart);
  }

  #answered(serverTimeMs: number): void {
    if (this.#askedAtMs !== undefined) this.clock.observe(this.#askedAtMs, serverTimeMs);
    this.#askedAtMs = undefined;
  }

  #ping(): void {
    this.#askedAtMs = this.#pingedAtMs = performance.now();
    this.send('{"t":"ping"}');
  }

  #tick(): void {
    this.#events.ticked();
    const welcome = this.#welcome;
    if (this.#status.type !== "open" || welcome === undefined) return;
    this.#silentRounds += 1;
    const nowMs = performance.now();
    const isAsked = this.#askedAtMs !== undefined;
    const isDue = nowMs - this.#pingedAtMs >= welcome.pingMs;
    const quietRounds = welcome.pingMs / 2 / HOUSEKEEPING_MS;
    if (this.#silentRounds >= quietRounds + UNANSWERED_ROUNDS || (isDue && isAsked)) {
      return this.#link?.abandon("the gateway does not answer");
    }
    if (!isAsked && (isDue || this.#silentRounds >= quietRounds)) this.#ping();
    const isEnding = welcome.sessionExpiresAtMs - this.clock.nowMs() < REFRESH_BEFORE_MS;
    const isRenewable = welcome.session !== "" && welcome.role === "shopper";
    if (isEnding && isRenewable && nowMs - this.#refreshedAtMs > REFRESH_EVERY_MS) {
      this.#refreshedAtMs = nowMs;
      this.send('{"t":"refresh"}');
    }
  }

  /** The gateway stops soon: goes to another one a little later, so that not all come at once. */
  #moveOn(delayMs: number): void {
    if (!this.#reconnects || this.#status.type !== "open") return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#forgiveAttempts();
      this.#link?.release();
      this.#connect();
    }, delayMs);
  }

  #lost(code: number, reason: string): void {
    clearTimeout(this.#timer);
    this.#link = undefined;
    this.#forgiveAttempts();
    const verdict = VERDICTS.has(code) ? this.#problem?.detail : undefined;
    const why = verdict ?? (reason === "" ? `the connection was lost (${code})` : reason);
    // A shopper whose own session is over goes on as a new one; a token that was given cannot be replaced.
    const canStartAgain = code === FINAL_CLOSE.session && this.#token !== this.#givenToken;
    if (canStartAgain) this.#token = this.#givenToken;
    if (!this.#reconnects || !(canStartAgain || isRetryableClose(code))) return this.close(why);
    const retryInMs = backoffMs(this.#attempt, RECONNECT, Math.random());
    this.#setStatus({ type: "waiting", attempt: this.#attempt, retryInMs, reason: why });
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#connect(), retryInMs);
  }

  /** The attempts before a connection that lasts count no more. */
  #forgiveAttempts(): void {
    const isSteady = this.#status.type === "open" && performance.now() - this.#openedAtMs >= STEADY_MS;
    if (isSteady) this.#attempt = 1;
  }

  #setStatus(status: ClientStatus): void {
    this.#status = status;
    this.#events.statusChanged(status);
  }
}
