import { formatAddress } from "../../../engine/contract/address.ts";
import type { Address } from "../../../engine/contract/address.ts";
import { assert } from "../../../engine/contract/assert.ts";
import type { AnyDecider, Call, Message, Typed } from "../../../engine/contract/decider.ts";
import type { Outcome } from "../../../engine/contract/outcome.ts";
import { refused } from "../../../engine/contract/outcome.ts";
import type { Answer, Dispatcher, Submission, ViewUpdate } from "../../../engine/ports/dispatcher.ts";
import { shopDeciders } from "../../../actors/shop.ts";
import type { PaymentAnswer, PaymentRequest } from "../../../actors/order/messages.ts";

interface Actor {
  readonly address: Address;
  readonly decider: AnyDecider;
  state: unknown;
  ticket: number;
  epoch: number;
  offset: number;
  readonly listeners: Set<(update: ViewUpdate) => void>;
  readonly keys: Map<string, KeyEntry>;
  /** Who waits for the outcome of a ticket. */
  readonly waiting: Map<number, (outcome: Outcome) => void>;
}

interface KeyEntry {
  readonly content: string;
  outcome: Outcome | undefined;
  readonly waiting: ((answer: Answer) => void)[];
}

/** The shop's real deciders in memory, behind the port that gateways see: idempotent by key, watched, never durable. */
export class MemoryDispatcher implements Dispatcher {
  readonly submissions: Submission[] = [];
  /** Answers to give instead of doing anything, in order. */
  readonly scripted: Answer[] = [];
  /** While set, answers wait here until {@link MemoryDispatcher.release}. */
  held: (() => void)[] | undefined;
  watches = 0;
  readonly #actors = new Map<string, Actor>();
  readonly #mail: Message[] = [];

  dispatch(submission: Submission, answer: (answer: Answer) => void): void {
    this.submissions.push(submission);
    const scripted = this.scripted.shift();
    if (scripted !== undefined) return this.#later(() => answer(scripted));
    this.#submit(submission, (outcome) => this.#later(() => answer(outcome)));
  }

  watch(address: Address, listener: (update: ViewUpdate) => void): () => void {
    const actor = this.#actorAt(address);
    this.watches += 1;
    actor.listeners.add(listener);
    queueMicrotask(() => {
      if (actor.listeners.has(listener)) listener(viewOf(actor));
    });
    return () => {
      if (actor.listeners.delete(listener)) this.watches -= 1;
    };
  }

  read(address: Address): Promise<ViewUpdate> {
    return Promise.resolve(viewOf(this.#actorAt(address)));
  }

  /** Lets all held answers go. */
  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const answer of held) answer();
  }

  /** The shard of an actor moves: its epoch rises, its view stays. */
  move(address: Address): void {
    const actor = this.#actorAt(address);
    actor.epoch += 1;
    actor.offset = 0;
    this.#tell(actor);
  }

  #later(task: () => void): void {
    if (this.held === undefined) queueMicrotask(task);
    else this.held.push(task);
  }

  #submit({ address, command, key, barred }: Submission, answer: (answer: Answer) => void): void {
    const actor = this.#actorAt(address);
    const content = JSON.stringify(command);
    const known = actor.keys.get(key);
    if (known !== undefined) {
      if (known.content !== content) {
        answer(refused({ code: "key_reused", detail: "The key stands for another command.", field: "key" }));
      } else if (known.outcome !== undefined) answer(known.outcome);
      else known.waiting.push(answer);
      return;
    }
    if (barred !== undefined) return answer(refused(barred));
    const entry: KeyEntry = { content, outcome: undefined, waiting: [answer] };
    actor.keys.set(key, entry);
    actor.ticket += 1;
    actor.waiting.set(actor.ticket, (outcome) => {
      entry.outcome = outcome;
      for (const waiting of entry.waiting) waiting(outcome);
    });
    this.#decide(actor, command, actor.ticket);
    for (let message = this.#mail.shift(); message !== undefined; message = this.#mail.shift()) {
      this.#decide(this.#actorAt(message.to), message.command, 0);
    }
  }

  #decide(actor: Actor, command: Typed, ticket: number): void {
    const { address, decider } = actor;
    const nowMs = Date.now();
    const decision = decider.decide(actor.state, command, { address, nowMs, ticket });
    for (const event of decision.events) actor.state = decider.evolve(actor.state, event, nowMs);
    this.#mail.push(...(decision.messages ?? []));
    for (const call of decision.calls ?? []) this.#mail.push({ to: address, command: paid(call) });
    if (decision.outcome !== undefined) actor.waiting.get(ticket)?.(decision.outcome);
    for (const settled of decision.settled ?? []) actor.waiting.get(settled.ticket)?.(settled.outcome);
    if (decision.events.length === 0) return;
    actor.offset += 1;
    this.#tell(actor);
  }

  #tell(actor: Actor): void {
    const update = viewOf(actor);
    for (const listener of actor.listeners) listener(update);
  }

  #actorAt(address: Address): Actor {
    const name = formatAddress(address);
    const found = this.#actors.get(name);
    if (found !== undefined) return found;
    const decider = shopDeciders.find(({ kind }) => kind === address.kind);
    assert(decider !== undefined, `there is no kind ${address.kind}`);
    const actor: Actor = {
      address,
      decider,
      state: decider.initial(address),
      ticket: 0,
      epoch: 1,
      offset: 0,
      listeners: new Set(),
      keys: new Map(),
      waiting: new Map(),
    };
    this.#actors.set(name, actor);
    return actor;
  }
}

function viewOf({ decider, state, epoch, offset }: Actor): ViewUpdate {
  return { epoch, offset, view: structuredClone(decider.view(state) ?? null) };
}

/** A bank that says yes to every token but `declined`. */
function paid(call: Call): PaymentAnswer {
  const request = call.request as PaymentRequest;
  const { paymentKey } = request;
  switch (request.type) {
    case "Authorise":
      return request.token === "declined"
        ? { type: "PaymentDeclined", paymentKey, reason: "the bank says no" }
        : { type: "PaymentAuthorised", paymentKey, reference: `ref-${paymentKey}` };
    case "Capture":
      return { type: "PaymentCaptured", paymentKey };
    case "Void":
      return { type: "PaymentVoided", paymentKey };
    case "Refund":
      return { type: "PaymentRefunded", paymentKey, refundKey: request.refundKey };
  }
}
