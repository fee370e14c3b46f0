import type { DeadLetter, OutgoingEvent, WaitingLetter } from "../../engine/ports/webhook-store.ts";
import type { EndpointCondition } from "./endpoint-condition.ts";
import { retryPause } from "./retry-policy.ts";
import { inOrder, type WaitingLetters } from "./waiting-letters.ts";
import type { WebhookLimits } from "./webhook-limits.ts";
import type { DeliveryOutcome } from "./webhook-sender.ts";

/** What a round is made with. */
export interface DeliveryRoundDependencies {
  /** Those that wait; the round leaves them as they are afterwards. */
  readonly letters: WaitingLetters;
  readonly condition: EndpointCondition;
  readonly send: (event: OutgoingEvent) => Promise<DeliveryOutcome>;
  readonly nowMs: () => number;
  /** A number in [0, 1). */
  readonly chance: () => number;
  readonly isStopped: () => boolean;
  readonly limits: Pick<
    WebhookLimits,
    "inFlightMax" | "retryMs" | "retryMsMax" | "refusedMsMax" | "waitingMax"
  >;
}

const GONE = "it answered 410 Gone";

/** One round of attempts for one endpoint: several subjects at a time, the events of one subject in their order. */
export class DeliveryRound {
  readonly #dependencies: DeliveryRoundDependencies;
  readonly #chains = new Map<string, WaitingLetter[]>();
  readonly #changed = new Map<string, WaitingLetter>();
  readonly settled: string[] = [];
  readonly dead: DeadLetter[] = [];
  delivered = 0;
  failed = 0;
  #suspension: string | undefined;
  #isBrokenOff = false;

  constructor(dependencies: DeliveryRoundDependencies, subjectsMax: number, fresh: readonly OutgoingEvent[]) {
    this.#dependencies = dependencies;
    const { letters, nowMs, limits } = dependencies;
    // Beside what is new few that were refused are tried, so that they do not make it look as if nothing were taken.
    const dueMax = fresh.length === 0 ? subjectsMax : Math.min(subjectsMax, limits.inFlightMax);
    for (const queue of letters.due(nowMs(), dueMax))
      this.#chains.set(queue[0]?.event.subject ?? "", [...queue]);
    for (const event of fresh) this.#add(event);
  }

  /** Letters that wait now, new or changed. */
  get waiting(): readonly WaitingLetter[] {
    return [...this.#changed.values()];
  }

  /** Why the endpoint is told nothing more; undefined when it goes on. */
  get suspension(): string | undefined {
    return this.#suspension;
  }

  async run(): Promise<void> {
    const chains = [...this.#chains.values()].values();
    const work = async (): Promise<void> => {
      for (const chain of chains) await this.#runChain(inOrder(chain));
    };
    await Promise.all(Array.from({ length: this.#dependencies.limits.inFlightMax }, work));
    this.#makeRoom();
    this.#suspension ??= this.#dependencies.condition.suspension(this.#dependencies.nowMs());
  }

  #add(event: OutgoingEvent): void {
    const { letters, nowMs } = this.#dependencies;
    // It was refused once, and its position was taken back since.
    if (letters.has(event.id)) return;
    const letter: WaitingLetter = {
      event,
      attempts: 0,
      firstFailedAtMs: null,
      dueAtMs: nowMs(),
      lastFailure: null,
    };
    const chain = this.#chains.get(event.subject);
    if (chain !== undefined) chain.push(letter);
    else if (letters.hasSubject(event.subject)) this.#keep(letter);
    else this.#chains.set(event.subject, [letter]);
  }

  async #runChain(chain: readonly WaitingLetter[]): Promise<void> {
    for (const [index, letter] of chain.entries()) {
      if (await this.#attempt(letter)) continue;
      for (const later of chain.slice(index + 1)) this.#leave(later);
      return;
    }
  }

  /** Returns whether the next of its subject may go. */
  async #attempt(letter: WaitingLetter): Promise<boolean> {
    const { condition, letters, nowMs, chance, send, isStopped } = this.#dependencies;
    if (isStopped() || this.#isBrokenOff || this.#suspension !== undefined) {
      this.#leave(letter);
      return false;
    }
    const outcome = await send(letter.event);
    switch (outcome.type) {
      case "delivered":
        this.delivered += 1;
        if (condition.delivered(nowMs())) letters.makeAllDue(nowMs());
        if (letters.has(letter.event.id)) this.#settle(letter);
        return true;
      case "failed":
        this.failed += 1;
        condition.failed(nowMs(), outcome.failure, outcome.retryAfterMs, chance());
        this.#isBrokenOff ||= condition.restsUntilMs > nowMs();
        return this.#refuse(letter, outcome);
      case "gone":
        this.failed += 1;
        this.#suspension = GONE;
        this.#keep({ ...letter, lastFailure: GONE });
        return false;
      case "aborted":
        this.#leave(letter);
        return false;
    }
  }

  /** Returns whether the letter is dead, so that the next of its subject may go. */
  #refuse(letter: WaitingLetter, outcome: Extract<DeliveryOutcome, { type: "failed" }>): boolean {
    const { condition, nowMs, chance, limits } = this.#dependencies;
    const attempts = letter.attempts + 1;
    const firstFailedAtMs = letter.firstFailedAtMs ?? nowMs();
    const pauseMs = retryPause(attempts, limits.retryMs, limits.retryMsMax, chance());
    const dueAtMs = nowMs() + Math.max(pauseMs, outcome.retryAfterMs ?? 0);
    const refused = { ...letter, attempts, firstFailedAtMs, dueAtMs, lastFailure: outcome.failure };
    const isHopeless =
      nowMs() - firstFailedAtMs >= limits.refusedMsMax && condition.hasTakenSince(firstFailedAtMs);
    if (isHopeless) this.#bury(refused);
    else this.#keep(refused);
    return isHopeless;
  }

  /** Not tried now, or nobody knows whether it arrived: a letter stays as it is, and an event becomes one. */
  #leave(letter: WaitingLetter): void {
    if (!this.#dependencies.letters.has(letter.event.id)) this.#keep(letter);
  }

  /** Of too many that wait the one that was refused longest goes: no kind of event that a receiver cannot take holds up the others. */
  #makeRoom(): void {
    const { letters, condition, limits } = this.#dependencies;
    while (letters.size > limits.waitingMax && !condition.isAway) {
      const letter = letters.longestRefused();
      if (letter === undefined) return;
      this.#bury(letter);
    }
  }

  #keep(letter: WaitingLetter): void {
    this.#dependencies.letters.keep(letter);
    this.#changed.set(letter.event.id, letter);
  }

  #settle(letter: WaitingLetter): void {
    this.#dependencies.letters.drop(letter);
    this.#changed.delete(letter.event.id);
    this.settled.push(letter.event.id);
  }

  #bury(letter: WaitingLetter): void {
    this.#dependencies.letters.drop(letter);
    this.#changed.delete(letter.event.id);
    this.dead.push({ ...letter, diedAtMs: this.#dependencies.nowMs() });
  }
}
