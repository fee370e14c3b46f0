import type { Address } from "../../engine/contract/address.ts";
import type { Data } from "../../engine/contract/data.ts";
import type { Decider, Decision, Typed } from "../../engine/contract/decider.ts";

/** One actor on its own: tests send it commands and look at its decisions. */
export class SingleActor<State, Command extends Typed, Event extends Typed> {
  nowMs = 1_700_000_000_000;
  readonly #decider: Decider<State, Command, Event>;
  readonly #address: Address;
  #state: State;
  #ticket = 0;

  constructor(decider: Decider<State, Command, Event>, address: Address) {
    this.#decider = decider;
    this.#address = address;
    this.#state = decider.initial(address);
  }

  /** Decides the command with the next ticket and applies the events. */
  run(command: Command): Decision<Event> {
    this.#ticket += 1;
    const context = { address: this.#address, nowMs: this.nowMs, ticket: this.#ticket };
    const decision = this.#decider.decide(this.#state, command, context);
    for (const event of decision.events) this.#state = this.#decider.evolve(this.#state, event, this.nowMs);
    return decision;
  }

  /** When the actor wants to be woken. */
  dueAtMs(): number | undefined {
    return this.#decider.dueAtMs(this.#state);
  }

  /** Sends the command that the engine sends when the actor is due. */
  wake(): Decision<Event> {
    return this.run(this.#decider.wakeUp);
  }

  view(): Data | undefined {
    return this.#decider.view(this.#state);
  }

  snapshot(): Data {
    return this.#decider.toSnapshot(this.#state);
  }
}
