import type { Problem, ServerFrame } from "../../gateway/protocol/messages.ts";
import type { Company } from "./company.ts";
import { asksToRetry, isUndecided, RETRY_AFTER_MS } from "./retry.ts";
import type { Outlet } from "./shop-socket.ts";

/** An answer to a command. */
export type ReplyFrame = Extract<ServerFrame, { readonly re: number }>;

/** How a command ended. `undecided`: it may have taken effect, or may still. */
export type CommandEnd =
  | { readonly type: "done"; readonly reply: unknown; readonly elapsedMs: number }
  | { readonly type: "refused" }
  | { readonly type: "undecided" };

const REFUSED: CommandEnd = { type: "refused" };
const UNDECIDED: CommandEnd = { type: "undecided" };

/** Most attempts of one command that the shop asks to send again. */
const ATTEMPTS_MAX = 20;

/** Where commands and refusals are counted. */
export interface CommandLedger {
  count(what: "commands" | "retries"): void;
  /** The shop said no, so long after it was asked. */
  refuse(problem: Problem, elapsedMs: number): void;
}

/** The one command that a visitor waits for; it is sent again for as long as the shop asks for it. */
export class SingleCommand {
  readonly #socket: Outlet;
  readonly #company: Company;
  readonly #ledger: CommandLedger;
  #id = 0;
  #key = "";
  #fields = "";
  #frame = "";
  #startedMs = 0;
  #attemptMs = 0;
  #attempt = 0;
  #repeating: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: Outlet, company: Company, ledger: CommandLedger = company.tally) {
    this.#socket = socket;
    this.#company = company;
    this.#ledger = ledger;
  }

  /** The idempotency key of the last attempt. */
  get key(): string {
    return this.#key;
  }

  /** How long its answer has been waited for, milliseconds; undefined when none is. */
  waitedMs(nowMs: number): number | undefined {
    return this.#id === 0 ? undefined : nowMs - this.#startedMs;
  }

  /** Sends a command. `fields`: its fields as JSON without braces. Its latency counts from `startedMs`. */
  send(fields: string, startedMs: number, nowMs: number): void {
    this.#fields = fields;
    this.#startedMs = startedMs;
    this.#attemptMs = startedMs;
    this.#attempt = 1;
    this.#sendAnew(nowMs);
  }

  /** Takes an answer; undefined when it is not the last one, or is to another command. */
  receive(frame: ReplyFrame, nowMs: number): CommandEnd | undefined {
    // A late answer to a command that was sent again: the newer one gets the same.
    if (frame.re !== this.#id || this.#repeating !== undefined) return undefined;
    if ("ok" in frame) {
      this.#id = 0;
      return { type: "done", reply: frame.ok, elapsedMs: nowMs - this.#startedMs };
    }
    const { problem } = frame;
    this.#ledger.refuse(problem, nowMs - this.#attemptMs);
    const undecided = isUndecided(problem);
    if (asksToRetry(problem) && this.#attempt < ATTEMPTS_MAX) {
      this.#repeatLater(problem.retryAfterMs ?? RETRY_AFTER_MS, undecided);
      return undefined;
    }
    this.#id = 0;
    return undecided ? UNDECIDED : REFUSED;
  }

  /** Nobody waits for it any more. */
  forget(): void {
    this.#id = 0;
    clearTimeout(this.#repeating);
    this.#repeating = undefined;
  }

  #sendAnew(nowMs: number): void {
    this.#id = this.#socket.nextId();
    this.#key = this.#company.nextKey();
    this.#frame = `{"id":${this.#id},"key":"${this.#key}",${this.#fields}}`;
    this.#ledger.count("commands");
    this.#socket.send(this.#frame, nowMs);
  }

  #repeatLater(afterMs: number, undecided: boolean): void {
    this.#repeating = setTimeout(() => {
      this.#repeating = undefined;
      const nowMs = performance.now();
      this.#company.passed(nowMs);
      this.#ledger.count("retries");
      this.#attempt += 1;
      this.#attemptMs = nowMs;
      // What was decided stays decided under its key; another decision takes another key.
      if (undecided) this.#socket.send(this.#frame, nowMs);
      else this.#sendAnew(nowMs);
    }, afterMs);
  }
}
