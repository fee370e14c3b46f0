import type { Problem } from "../protocol/messages.ts";
import { clientProblem, RETRYABLE_CODES } from "../protocol/client-problems.ts";
import { backoffMs } from "./backoff.ts";
import type { Result } from "./result.ts";

interface Pending {
  /** The encoded command: a repetition is the same text, so it has the same key and content. */
  readonly text: string;
  readonly settle: (result: Result<unknown>) => void;
  readonly startedAtMs: number;
  readonly retries: boolean;
  attempt: number;
  /** An earlier sending may have taken effect: its answer was lost, or was that nobody knows. */
  mayBeDone: boolean;
  /** Waits for its next attempt; not sent again by a new connection before that. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** How commands are repeated. */
export interface PendingOptions {
  /** Most commands without a result. */
  readonly pendingMax: number;
  /** Most attempts of one command. */
  readonly attemptsMax: number;
  /** Longest time from the call to its result, over all attempts and connections, milliseconds. */
  readonly patienceMs: number;
}

/** Refusals of one sending only: the command was not even looked at, so nothing is known of earlier ones. */
const NOT_STARTED_CODES: ReadonlySet<string> = new Set(["overloaded", "deadline_expired"]);

const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 5_000;

/** The commands that have no result yet; each gets exactly one. */
export class PendingCommands {
  readonly #pending = new Map<number, Pending>();
  readonly #options: PendingOptions;
  readonly #send: (text: string) => void;

  /** `send` drops what it is given while there is no connection: a new one calls {@link PendingCommands.sendAll}. */
  constructor(options: PendingOptions, send: (text: string) => void) {
    this.#options = options;
    this.#send = send;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Sends a command and waits for its result. */
  start(id: number, text: string, retries: boolean): Promise<Result<unknown>> {
    if (this.#pending.size >= this.#options.pendingMax) {
      const detail = `More than ${this.#options.pendingMax} commands of this client wait; nothing was sent.`;
      return Promise.resolve({
        ok: false,
        problem: clientProblem("overloaded", detail, { retryAfterMs: 100 }),
      });
    }
    return new Promise((settle) => {
      const startedAtMs = performance.now();
      const once = { attempt: 1, mayBeDone: false, timer: undefined };
      this.#pending.set(id, { text, settle, startedAtMs, retries, ...once });
      this.#send(text);
    });
  }

  /** Takes the server's reply: the result, or a reason to send the command again. */
  receive(id: number, result: Result<unknown>): void {
    const pending = this.#pending.get(id);
    // A reply may come twice when a command was sent again over a new connection; the first one counted.
    if (pending === undefined) return;
    if (result.ok) return this.#settle(id, pending, result);
    pending.mayBeDone ||= result.problem.code === "outcome_unknown";
    if (this.#isWorthRepeating(pending, result.problem)) this.#repeatLater(pending, result.problem);
    else if (pending.mayBeDone && NOT_STARTED_CODES.has(result.problem.code)) this.#leaveOpen(id, pending);
    else this.#settle(id, pending, result);
  }

  /** Sends every command again; the keys make that harmless. */
  sendAll(): void {
    for (const pending of this.#pending.values()) {
      if (pending.timer !== undefined) continue;
      pending.mayBeDone = true;
      this.#send(pending.text);
    }
  }

  /** Gives up the commands that have waited too long. */
  expire(): void {
    const nowMs = performance.now();
    for (const [id, pending] of this.#pending) {
      if (nowMs - pending.startedAtMs > this.#options.patienceMs) this.#leaveOpen(id, pending);
    }
  }

  /** Gives up all commands. */
  failAll(reason: Problem): void {
    for (const [id, pending] of this.#pending) this.#settle(id, pending, { ok: false, problem: reason });
  }

  #isWorthRepeating(pending: Pending, reason: Problem): boolean {
    return pending.retries && pending.attempt < this.#options.attemptsMax && RETRYABLE_CODES.has(reason.code);
  }

  #repeatLater(pending: Pending, reason: Problem): void {
    const spreadMs = backoffMs(
      pending.attempt,
      { firstMs: RETRY_FIRST_MS, maxMs: RETRY_MAX_MS },
      Math.random(),
    );
    pending.attempt += 1;
    pending.timer = setTimeout(
      () => {
        pending.timer = undefined;
        this.#send(pending.text);
      },
      (reason.retryAfterMs ?? 0) + spreadMs,
    );
  }

  #leaveOpen(id: number, pending: Pending): void {
    const detail = "No reply has told what became of it; send it again with the same key.";
    const reason = clientProblem("outcome_unknown", detail, { retryAfterMs: 1_000 });
    this.#settle(id, pending, { ok: false, problem: reason });
  }

  #settle(id: number, pending: Pending, result: Result<unknown>): void {
    clearTimeout(pending.timer);
    this.#pending.delete(id);
    pending.settle(result);
  }
}
