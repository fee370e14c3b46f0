import type { ActorId, Address, Tenant } from "../../engine/contract/address.ts";
import { affinityKey, formatAddress } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Data } from "../../engine/contract/data.ts";
import type { AnyDecider, Message, Typed } from "../../engine/contract/decider.ts";
import type { Outcome } from "../../engine/contract/outcome.ts";
import type { RowChange } from "../../engine/contract/row-change.ts";
import type { CartCommand } from "../cart/messages.ts";
import type { InventoryCommand } from "../inventory/messages.ts";
import { kinds } from "../mail.ts";
import type { OrderCommand } from "../order/messages.ts";
import type { QueueCommand } from "../queue/messages.ts";
import { shopDeciders } from "../shop.ts";

/** The commands of each kind. */
export interface Commands {
  readonly inventory: InventoryCommand;
  readonly cart: CartCommand;
  readonly order: OrderCommand;
  readonly queue: QueueCommand;
}

/** A command that was sent with a ticket: where its outcome is found. */
export interface Receipt {
  readonly address: Address;
  readonly ticket: number;
}

/** A call to the outside that waits for its answer. */
export interface PendingCall {
  readonly caller: Address;
  readonly port: string;
  readonly request: Typed;
}

/** A command that was decided, and the reply to it once there is one. */
export interface DecidedCommand {
  readonly address: Address;
  readonly ticket: number;
  readonly command: Typed;
  reply?: Data;
}

/** An event with the time of its decision. */
export interface LoggedEvent {
  readonly event: Typed;
  readonly atMs: number;
}

interface LiveActor {
  readonly address: Address;
  readonly decider: AnyDecider;
  state: unknown;
  ticket: number;
  readonly log: LoggedEvent[];
}

const TENANT = "shop" as Tenant;

/**
 * The shop's deciders in memory, with what the engine promises them and nothing else: messages arrive exactly once and
 * in order per pair of affinity keys, in any order otherwise; time stands still until a test moves it.
 */
export class TestShop {
  nowMs = 1_700_000_000_000;
  /** Calls without an answer, oldest first. */
  readonly calls: PendingCall[] = [];
  /** Every change that the events stand for in the read models, in order. */
  readonly rowChanges: RowChange[] = [];
  /** Every command that was decided, by clients, other actors and ports. */
  readonly commands: DecidedCommand[] = [];
  /** Every request to the outside. */
  readonly requests: PendingCall[] = [];
  readonly #actors = new Map<string, LiveActor>();
  readonly #links = new Map<string, Message[]>();
  readonly #outcomes = new Map<string, Outcome>();
  readonly #asked = new Map<string, DecidedCommand>();
  readonly #pick: (count: number) => number;

  /** `pick` chooses which of so many links delivers its next message; always the oldest when left out. */
  constructor(pick: (count: number) => number = () => 0) {
    this.#pick = pick;
  }

  /** Sends a client's command without delivering what follows from it. */
  send<Kind extends keyof Commands>(kind: Kind, id: string, command: Commands[Kind]): Receipt {
    const actor = this.#actorAt(addressIn(kind, id));
    actor.ticket += 1;
    this.#decide(actor, command, actor.ticket);
    return { address: actor.address, ticket: actor.ticket };
  }

  /** Sends a client's command, delivers all messages, and returns its outcome if it has one by then. */
  ask<Kind extends keyof Commands>(kind: Kind, id: string, command: Commands[Kind]): Outcome | undefined {
    const receipt = this.send(kind, id, command);
    this.deliverAll();
    return this.outcomeOf(receipt);
  }

  /** The outcome of a command; undefined while it is open. */
  outcomeOf(receipt: Receipt): Outcome | undefined {
    return this.#outcomes.get(receiptKey(receipt.address, receipt.ticket));
  }

  /** Delivers one message. Returns false when none waits. */
  deliverOne(): boolean {
    const links = [...this.#links];
    const link = links[this.#pick(links.length)];
    if (link === undefined) return false;
    const [name, queue] = link;
    const message = queue.shift();
    if (queue.length === 0) this.#links.delete(name);
    if (message !== undefined) this.#decide(this.#actorAt(message.to), message.command, 0);
    return true;
  }

  /** Delivers messages until none waits. */
  deliverAll(): void {
    while (this.deliverOne());
  }

  /** Answers the oldest open call that `matches`, and delivers nothing. */
  answer(matches: (request: Typed) => boolean, answer: OrderCommand): void {
    const index = this.calls.findIndex((call) => matches(call.request));
    const [call] = index < 0 ? [] : this.calls.splice(index, 1);
    assert(call !== undefined, "no such call waits for an answer");
    this.#decide(this.#actorAt(call.caller), answer, 0);
  }

  /** Lets time pass and wakes the actors that are due. */
  advance(durationMs: number): void {
    this.nowMs += durationMs;
    this.wakeDue();
  }

  /** Wakes the actors that are due now. */
  wakeDue(): void {
    for (const actor of this.#actors.values()) {
      const dueAtMs = actor.decider.dueAtMs(actor.state);
      if (dueAtMs !== undefined && dueAtMs <= this.nowMs) this.#decide(actor, actor.decider.wakeUp, 0);
    }
  }

  /** What subscribers of an actor see. */
  view(kind: keyof Commands, id: string): Data | undefined {
    const actor = this.#actorAt(addressIn(kind, id));
    return actor.decider.view(actor.state);
  }

  /** The state of an actor as plain data. */
  snapshot(kind: keyof Commands, id: string): Data {
    const actor = this.#actorAt(addressIn(kind, id));
    return actor.decider.toSnapshot(actor.state);
  }

  /** The events of an actor so far. */
  log(kind: keyof Commands, id: string): readonly LoggedEvent[] {
    return this.#actorAt(addressIn(kind, id)).log;
  }

  /** Types of the events of an actor so far. */
  history(kind: keyof Commands, id: string): string[] {
    return this.log(kind, id).map(({ event }) => event.type);
  }

  /** Ids of the actors of a kind that have received anything. */
  ids(kind: keyof Commands): string[] {
    return [...this.#actors.values()]
      .filter((actor) => actor.address.kind === kinds[kind])
      .map((actor) => actor.address.id);
  }

  /** Puts an actor out of memory and back from its snapshot, as passivation does. */
  reload(kind: keyof Commands, id: string): void {
    const actor = this.#actorAt(addressIn(kind, id));
    const stored = JSON.parse(JSON.stringify(actor.decider.toSnapshot(actor.state)));
    actor.state = actor.decider.fromSnapshot(stored, actor.address);
  }

  #decide(actor: LiveActor, command: Typed, ticket: number): void {
    const { address, decider } = actor;
    const decided: DecidedCommand = { address, ticket, command };
    this.commands.push(decided);
    if (ticket > 0) this.#asked.set(receiptKey(address, ticket), decided);
    const decision = decider.decide(actor.state, command, { address, nowMs: this.nowMs, ticket });
    for (const event of decision.events) {
      actor.state = decider.evolve(actor.state, event, this.nowMs);
      actor.log.push({ event, atMs: this.nowMs });
      this.rowChanges.push(...decider.project(event, address, this.nowMs));
    }
    if (decision.outcome !== undefined) this.#settle(address, ticket, decision.outcome);
    for (const settled of decision.settled ?? []) this.#settle(address, settled.ticket, settled.outcome);
    for (const message of decision.messages ?? []) this.#post(address, message);
    for (const call of decision.calls ?? []) this.#call({ caller: address, ...call });
  }

  #call(call: PendingCall): void {
    this.calls.push(call);
    this.requests.push(call);
  }

  #settle(address: Address, ticket: number, outcome: Outcome): void {
    const key = receiptKey(address, ticket);
    assert(ticket > 0, `${formatAddress(address)} answered a command that nobody waits for`);
    assert(!this.#outcomes.has(key), `${key} was settled twice`);
    this.#outcomes.set(key, outcome);
    const asked = this.#asked.get(key);
    if (asked !== undefined && outcome.type === "done") asked.reply = outcome.reply;
  }

  #post(from: Address, message: Message): void {
    const link = `${affinityKey(from.id)} > ${affinityKey(message.to.id)}`;
    const queue = this.#links.get(link);
    if (queue === undefined) this.#links.set(link, [message]);
    else queue.push(message);
  }

  #actorAt(address: Address): LiveActor {
    const name = formatAddress(address);
    const found = this.#actors.get(name);
    if (found !== undefined) return found;
    const decider = shopDeciders.find(({ kind }) => kind === address.kind);
    assert(decider !== undefined, `there is no kind ${address.kind}`);
    const actor: LiveActor = { address, decider, state: decider.initial(address), ticket: 0, log: [] };
    this.#actors.set(name, actor);
    return actor;
  }
}

/** The address of an actor of the test shop. */
export function addressIn(kind: keyof Commands, id: string): Address {
  return { tenant: TENANT, kind: kinds[kind], id: id as ActorId };
}

function receiptKey(address: Address, ticket: number): string {
  return `${formatAddress(address)}!${ticket}`;
}
