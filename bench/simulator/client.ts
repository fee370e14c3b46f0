import type { Address } from "../../engine/contract/address.ts";
import { parseAddress } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { Answer, Dispatcher } from "../../engine/ports/dispatcher.ts";
import type { ClientOperation } from "./client-operation.ts";
import type { Observations } from "./observations.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { World } from "./world.ts";

const DEADLINE_MS = 5_000;

/** Somebody at a gateway: asks with a key, and asks again with the same key until it has an answer. */
export class Client {
  readonly name: string;
  readonly #world: World;
  readonly #gateway: SimulatedProcess;
  readonly #dispatcher: Dispatcher;
  readonly #observations: Observations;
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
  ask(to: string, command: Typed, ended: (operation: ClientOperation) => void, key = this.#newKey()): void {
    const operation: ClientOperation = {
      client: this.name,
      address: to,
      command,
      key,
      invokedAtUs: this.#world.agenda.nowUs,
      attempts: 0,
    };
    this.#observations.operations.push(operation);
    this.#attempt(operation, addressOf(to), ended);
  }

  /** Reads a view once, if somebody has the time to answer. */
  read(to: string): void {
    const atLeast = this.#observations.acknowledged(to);
    this.#dispatcher.read(addressOf(to)).then(
      (update) => this.#observations.read(this.name, to, update, atLeast),
      () => undefined,
    );
  }

  #attempt(
    operation: ClientOperation,
    address: Address,
    ended: (operation: ClientOperation) => void,
  ): void {
    operation.attempts += 1;
    const { command, key } = operation;
    const deadlineAtMs = this.#gateway.clock.nowMs() + DEADLINE_MS;
    this.#world.note(`${this.name} asks ${operation.address} ${key} ${JSON.stringify(command)}`);
    this.#dispatcher.dispatch({ address, command, key, deadlineAtMs }, (answer) => {
      this.#world.note(`${this.name} hears ${key} ${JSON.stringify(answer)}`);
      this.#heard(operation, address, answer, ended);
    });
  }

  #heard(
    operation: ClientOperation,
    address: Address,
    answer: Answer,
    ended: (operation: ClientOperation) => void,
  ): void {
    switch (answer.type) {
      case "done":
      case "refused":
        operation.answer = answer;
        operation.endedAtUs = this.#world.agenda.nowUs;
        this.#observations.ended(operation);
        ended(operation);
        return;
      case "overloaded":
      case "unknown":
        this.#later(answer.retryAfterMs, () => this.#attempt(operation, address, ended));
        return;
      case "expired":
        this.#later(0, () => this.#attempt(operation, address, ended));
    }
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
