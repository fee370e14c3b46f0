import { signal, type ReadonlySignal } from "@preact/signals";
import { CONSOLE_VERSION, type ConsoleLine, type ConsoleNow } from "../../protocol/console-line.ts";
import { EMPTY_TIMELINE, prolonged, remembered, type Timeline } from "../model/timeline.ts";
import { detailOf } from "./admin-requests.ts";
import { readLines } from "./read-lines.ts";

const TOKEN = "stampede-admin-token";
const TOKEN_TEXT = /^[\x21-\x7e]+$/;
const STREAM = "/v1/console";
// A line comes every second.
const SILENCE_MS_MAX = 6_000;
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 5_000;
const UNAUTHENTICATED = 401;

/** Whether the figures are live. */
export type ConsoleLink =
  /** The token is asked for; `isWrong`: the one that was given is not that of this cluster. */
  | { readonly type: "locked"; readonly isWrong: boolean }
  | { readonly type: "opening" }
  | { readonly type: "live" }
  /** Tried again and again. */
  | { readonly type: "lost"; readonly sinceMs: number; readonly reason: string }
  /** The node is of another release than this page. */
  | { readonly type: "outdated" };

/** Where the token is kept: for this tab alone, and gone when it is closed. */
export type TokenPlace = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** What the page shows, and its connection to the node that has served it. */
export class ConsoleState {
  readonly #place: TokenPlace;
  readonly #link = signal<ConsoleLink>({ type: "opening" });
  readonly #now = signal<ConsoleNow | null>(null);
  readonly #timeline = signal<Timeline>(EMPTY_TIMELINE);
  #retries = 0;
  #attempt = new AbortController();

  constructor(place: TokenPlace) {
    this.#place = place;
    const token = place.getItem(TOKEN);
    if (token === null) this.#link.value = { type: "locked", isWrong: false };
    else void this.#watch(token);
  }

  get link(): ReadonlySignal<ConsoleLink> {
    return this.#link;
  }

  /** How everything was when it was told last; null before that. */
  get now(): ReadonlySignal<ConsoleNow | null> {
    return this.#now;
  }

  get timeline(): ReadonlySignal<Timeline> {
    return this.#timeline;
  }

  /** What lets the operator in; empty while it is asked for. */
  get token(): string {
    return this.#place.getItem(TOKEN) ?? "";
  }

  /** Tries a token. */
  unlock(token: string): void {
    // No header carries anything else.
    if (!TOKEN_TEXT.test(token)) return this.lock(true);
    this.#place.setItem(TOKEN, token);
    this.#link.value = { type: "opening" };
    void this.#watch(token);
  }

  /** Forgets the token and all that is shown. */
  lock(isWrong = false): void {
    this.#attempt.abort();
    this.#place.removeItem(TOKEN);
    this.#now.value = null;
    this.#timeline.value = EMPTY_TIMELINE;
    this.#link.value = { type: "locked", isWrong };
  }

  async #watch(token: string): Promise<void> {
    const attempt = new AbortController();
    this.#attempt = attempt;
    while (!attempt.signal.aborted) {
      const reason = await this.#follow(token, attempt);
      if (attempt.signal.aborted) return;
      if (reason !== undefined) this.#lost(reason);
      const pauseMs = Math.min(RETRY_MS * this.#retries, RETRY_MS_MAX);
      this.#retries += 1;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  #lost(reason: string): void {
    const link = this.#link.peek();
    const sinceMs = link.type === "lost" ? link.sinceMs : Date.now();
    this.#link.value = { type: "lost", sinceMs, reason };
  }

  /** Follows one stream to its end. Returns why it was lost; undefined when the node has ended it as it does from time to time. */
  async #follow(token: string, attempt: AbortController): Promise<string | undefined> {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
    try {
      const headers = { Authorization: `Bearer ${token}` };
      const signals = AbortSignal.any([attempt.signal, silence.signal]);
      const response = await fetch(STREAM, { headers, cache: "no-store", signal: signals });
      if (response.status === UNAUTHENTICATED) {
        this.lock(true);
        return undefined;
      }
      if (!response.ok || response.body === null) return await detailOf(response);
      for await (const line of readLines(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
        if (line !== "" && !this.#take(JSON.parse(line) as ConsoleLine, attempt)) return undefined;
      }
      return undefined;
    } catch {
      return silence.signal.aborted ? "the node does not answer" : "the node cannot be reached";
    } finally {
      clearTimeout(timer);
    }
  }

  /** Returns false when the line is of another release. */
  #take(line: ConsoleLine, attempt: AbortController): boolean {
    if (attempt.signal.aborted) return false;
    if (line.version !== CONSOLE_VERSION) {
      attempt.abort();
      this.#link.value = { type: "outdated" };
      return false;
    }
    if (line.type === "History") {
      this.#timeline.value = remembered(this.#timeline.peek(), line);
      return true;
    }
    this.#retries = 0;
    this.#timeline.value = prolonged(this.#timeline.peek(), line);
    this.#now.value = line;
    this.#link.value = { type: "live" };
    return true;
  }
}
