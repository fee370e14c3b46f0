import type { Address } from "../../engine/contract/address.ts";
import { parseAddress } from "../../engine/contract/address.ts";
import { assert } from "../../engine/contract/assert.ts";
import type { Typed } from "../../engine/contract/decider.ts";
import type { Answer, ViewUpdate } from "../../engine/ports/dispatcher.ts";
import type { Outcome } from "../../engine/contract/outcome.ts";
import type { Asked, Observations } from "./observations.ts";
import type { SimulatedGateway } from "./simulated-gateway.ts";
import type { World } from "./world.ts";

const DEADLINE_MS = 5_000;
// One of the two clocks is wrong, and will be for a while.
const EXPIRED_RETRY_MS = 700;
const RECONNECT_MS = 300;

/** A command with what came of it. */
export interface Ended extends Asked {
  readonly outcome: Outcome;
}

/** Somebody at a gateway: asks with a key, and asks again with the same key, there or elsewhere, until it has an answer. */
export class Client {
  readonly name: string;
  readonly #world: World;
  readonly #seat: () => SimulatedGateway | undefined;
  readonly #observations: Observations;
  readonly #reading = new Set<string>();
  #keys = 0;

  /** `seat` is a gateway that takes clients at present. */
  constructor(
    name: string,
    world: World,
    seat: () => SimulatedGateway | undefined,
    observations: Observations,
  ) {
    this.name = name;
    this.#world = world;
    this.#seat = seat;
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
    const gateway = this.#seat();
    if (gateway === undefined || this.#reading.has(address)) return;
    this.#reading.add(address);
    const asked = this.#observations.asksFor(address);
    this.#world.note(`${this.name} asks for ${address}`);
    const over = (): void => void this.#reading.delete(address);
    const leave = gateway.process.onEnd(over);
    gateway.dispatcher
      .read(addressOf(address))
      .then(
        (update) => this.#observations.saw(this.name, address, update, asked),
        () => undefined,
      )
      .finally(() => {
        leave();
        over();
      });
  }

  /** Watches an actor to the end, wherever there is a gateway. Returns a function that does it anew, as after a lost connection. */
  watch(address: string): () => void {
    this.#observations.watches(this.name, address);
    let leave = (): void => undefined;
    let before: SimulatedGateway | undefined;
    let latest: ViewUpdate | undefined;
    const listen = (): void => {
      leave();
      const gateway = this.#seat();
      if (gateway === undefined) {
        leave = this.#world.agenda.plan(RECONNECT_MS, listen);
        return;
      }
      // Another gateway may not be as far as the one before.
      const known = gateway === before ? undefined : latest;
      before = gateway;
      const end = gateway.dispatcher.watch(addressOf(address), (update) => {
        if (known !== undefined && isOlder(update, known)) return;
        latest = update;
        this.#observations.saw(this.name, address, update);
      });
      const forget = gateway.process.onEnd(() => {
        leave = this.#world.agenda.plan(RECONNECT_MS, listen);
      });
      leave = () => {
        forget();
        end();
      };
    };
    listen();
    return listen;
  }

  #attempt(asked: Asked, ended: (outcome: Outcome) => void): void {
    const gateway = this.#seat();
    const again = (): void => this.#attempt(asked, ended);
    if (gateway === undefined) return this.#later(RECONNECT_MS, again);
    const { address, command, key } = asked;
    const { process, dispatcher } = gateway;
    const deadlineAtMs = process.clock.nowMs() + DEADLINE_MS;
    const askedAtMs = this.#world.agenda.nowMs;
    this.#world.note(`${this.name} asks ${address} ${key} ${JSON.stringify(command)} at ${process.name}`);
    const leave = process.onEnd(() => this.#later(RECONNECT_MS, again));
    dispatcher.dispatch({ address: addressOf(address), command, key, deadlineAtMs }, (answer) => {
      leave();
      this.#world.note(`${this.name} hears ${key} ${JSON.stringify(answer)}`);
      this.#expectNoDelay(asked, answer, askedAtMs);
      switch (answer.type) {
        case "done":
        case "refused":
          return ended(answer);
        case "overloaded":
        case "unknown":
          return this.#later(answer.retryAfterMs + 50, again);
        case "expired":
          return this.#later(EXPIRED_RETRY_MS, again);
      }
    });
  }

  /** Where nothing goes wrong, nothing that was sent is lost: nobody waits in vain. */
  #expectNoDelay({ address, key }: Asked, { type }: Answer, askedAtMs: number): void {
    const { faults, violations, agenda } = this.#world;
    const isInVain = type !== "done" && type !== "refused" && agenda.nowMs - askedAtMs >= DEADLINE_MS;
    if (isInVain && faults.areOrderly)
      violations.add(
        "moves lose nothing",
        `${key} of ${address} was ${type} after ${agenda.nowMs - askedAtMs} ms`,
      );
  }

  #later(afterMs: number, task: () => void): void {
    this.#world.agenda.plan(afterMs, task);
  }

  #newKey(): string {
    this.#keys += 1;
    return `${this.name}-${this.#keys}`;
  }
}

function isOlder(update: ViewUpdate, latest: ViewUpdate): boolean {
  return update.epoch < latest.epoch || (update.epoch === latest.epoch && update.offset < latest.offset);
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert(address !== undefined, `${text} is no address`);
  return address;
}
