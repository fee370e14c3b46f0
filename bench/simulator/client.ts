import type { Address } from "../../engine/contract/address.ts";
import { parseAddress } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { Dispatcher } from "../../engine/ports/dispatcher.ts";
import type { Outcome } from "../../engine/contract/outcome.ts";
import type { Asked, Observations } from "./observations.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

const DEADLINE_MS = 5_000;
// One of the two clocks is wrong, and will be for a while.
const EXPIRED_RETRY_MS = 700;

/** A command with what came of it. */
export interface Ended extends Asked {
  readonly outcome: Outcome;
}

/** Somebody at a gateway: asks with a key, and asks again with the same key until it has an answer. */
export class Client {
  readonly name: string;
  readonly #world: World;
  readonly #gateway: SimulatedProcess;
  readonly #dispatcher: Dispatcher;
  readonly #observations: Observations;
  readonly #reading = new Set<string>();
  #keys = 0;

  constructor(
    name: string,
    world: World,
    gateway: SimulatedProcess,
    dispatcher: Dispatcher,
    observations: Observations,
  ) {
    this.name = name;
    this.#world = world;
    this.#gateway = gateway;
    this.#dispatcher = dispatcher;
    this.#observations = observations;
  }

  /** Sends a command under a key of its own, or under one that was used before. `ended` gets the answer. */
  ask(address: string, command: Typed, ended: (ended: Ended) => void, key = this.#newKey()): void {
    const asked = { client: this.name, address, command, key };
    this.#ask(asked, this.#observations.asked(asked), ended);
  }

  /** Sends a command again that was answered, with its key. */
  repeat({ address, command, key }: Ended, ended: (ended: Ended) => void): void {
    const asked = { client: this.name, address, command, key };
    this.#ask(asked, this.#observations.askedAgain(asked), ended);
  }

  #ask(asked: Asked, number: number, ended: (ended: Ended) => void): void {
    this.#attempt(asked, (outcome) => {
      this.#observations.told(number, outcome);
      ended({ ...asked, outcome });
    });
  }

  /** Reads a view once, if somebody has the time to answer. One at a time: of two answers, the later is the newer one. */
  read(address: string): void {
    if (this.#reading.has(address)) return;
    this.#reading.add(address);
    const askedAtMs = this.#world.agenda.nowUs / 1_000;
    this.#world.note(`${this.name} asks for ${address}`);
    this.#dispatcher
      .read(addressOf(address))
      .then(
        (update) => this.#observations.saw(this.name, address, update, askedAtMs),
        () => undefined,
      )
      .finally(() => this.#reading.delete(address));
  }

  /** Watches an actor to the end. Returns a function that does it anew, as after a lost connection. */
  watch(address: string): () => void {
    this.#observations.watches(this.name, address);
    const listen = (): (() => void) =>
      this.#dispatcher.watch(addressOf(address), (update) =>
        this.#observations.saw(this.name, address, update),
      );
    let end = listen();
    return () => {
      end();
      end = listen();
    };
  }

  #attempt(asked: Asked, ended: (outcome: Outcome) => void): void {
    const { address, command, key } = asked;
    const deadlineAtMs = this.#gateway.clock.nowMs() + DEADLINE_MS;
    this.#world.note(`${this.name} asks ${address} ${key} ${JSON.stringify(command)}`);
    this.#dispatcher.dispatch({ address: addressOf(address), command, key, deadlineAtMs }, (answer) => {
      this.#world.note(`${this.name} hears ${key} ${JSON.stringify(answer)}`);
      switch (answer.type) {
        case "done":
        case "refused":
          return ended(answer);
        case "overloaded":
        case "unknown":
          return this.#later(answer.retryAfterMs, () => this.#attempt(asked, ended));
        case "expired":
          return this.#later(EXPIRED_RETRY_MS, () => this.#attempt(asked, ended));
      }
    });
  }

  #later(afterMs: number, task: () => void): void {
    this.#gateway.plan(afterMs + 50, task);
  }

  #newKey(): string {
    this.#keys += 1;
    return `${this.name}-${this.#keys}`;
  }
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert(address !== undefined, `${text} is no address`);
  return address;
}
