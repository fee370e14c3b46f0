import { assert } from "../../contract/assert.ts";
import { RequestFault, type Bus, type BusState } from "../../ports/bus.ts";
import type { Clock } from "../../ports/clock.ts";

const PAYLOAD_BYTES_MAX = 1_048_576;
const REQUESTS_MAX = 256;

interface Subscription {
  readonly pattern: readonly string[];
  readonly receive: (payload: string, topic: string) => void;
}

interface Question {
  readonly payload: string;
  readonly answer: (payload: string) => void;
}

/** Carries one message: calls `deliver` once, or whenever and as often as a test wants. */
export type Carry = (deliver: () => void, topic: string, payload: string) => void;

/** A bus within one process, for tests and for the simulator. */
export class MemoryBusServer {
  readonly carry: Carry;
  readonly #clock: Clock;
  readonly #buses = new Set<MemoryBus>();
  #isRunning = true;

  constructor(clock: Clock, carry: Carry = (deliver) => clock.soon(deliver)) {
    this.#clock = clock;
    this.carry = carry;
  }

  /** One node's connection. */
  connect(): Bus {
    const bus = new MemoryBus(this.#clock, this);
    this.#buses.add(bus);
    if (this.#isRunning) bus.connected();
    return bus;
  }

  /** Breaks every connection, and loses what is on its way. */
  stop(): void {
    this.#isRunning = false;
    for (const bus of this.#buses) bus.broken();
  }

  /** Everybody is connected again. */
  start(): void {
    this.#isRunning = true;
    for (const bus of this.#buses) bus.connected();
  }

  /** Who hears this topic. */
  *subscribers(topic: string): Iterable<MemoryBus> {
    for (const bus of this.#buses) if (bus.hears(topic)) yield bus;
  }

  /** Who answers this topic. */
  responder(topic: string): MemoryBus | undefined {
    for (const bus of this.#buses) if (bus.answers(topic)) return bus;
    return undefined;
  }

  left(bus: MemoryBus): void {
    this.#buses.delete(bus);
  }
}

/** A connection to a {@link MemoryBusServer}. */
class MemoryBus implements Bus {
  readonly payloadBytesMax = PAYLOAD_BYTES_MAX;
  readonly #clock: Clock;
  readonly #server: MemoryBusServer;
  readonly #subscriptions = new Set<Subscription>();
  readonly #replies = new Map<string, (payload: string) => Promise<string>>();
  readonly #listeners = new Set<(state: BusState) => void>();
  #state: BusState = "away";
  /** Raised when the connection breaks: what is on its way then has an earlier one. */
  #generation = 0;
  #requests = 0;

  constructor(clock: Clock, server: MemoryBusServer) {
    this.#clock = clock;
    this.#server = server;
  }

  get state(): BusState {
    return this.#state;
  }

  get hasRoom(): boolean {
    return this.#state === "connected";
  }

  publish(topic: string, payload: string): boolean {
    assertFits(payload, this.payloadBytesMax);
    if (!this.hasRoom) return false;
    const arrive = this.#onItsWay(() => {
      for (const bus of this.#server.subscribers(topic)) bus.receive(topic, payload);
    });
    this.#server.carry(arrive, topic, payload);
    return true;
  }

  subscribe(topic: string, receive: (payload: string, topic: string) => void): () => void {
    const subscription = { pattern: topic.split("."), receive };
    this.#subscriptions.add(subscription);
    return () => this.#subscriptions.delete(subscription);
  }

  request(topic: string, payload: string, withinMs: number): Promise<string> {
    assertFits(payload, this.payloadBytesMax);
    if (!this.hasRoom) return Promise.reject(new RequestFault("away", "the bus is away"));
    if (this.#requests >= REQUESTS_MAX) {
      return Promise.reject(new RequestFault("busy", `${REQUESTS_MAX} requests have no answer yet`));
    }
    this.#requests += 1;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const fail = (reason: "nobody" | "late", message: string): void =>
      reject(new RequestFault(reason, message));
    const cancel = this.#clock.after(withinMs, () => fail("late", `${topic}: no answer in ${withinMs} ms`));
    const ask = this.#onItsWay(() => {
      const responder = this.#server.responder(topic);
      if (responder === undefined) return fail("nobody", `${topic}: nobody answers`);
      responder.asked(topic, {
        payload,
        answer: (answer) => this.#clock.soon(this.#onItsWay(() => resolve(answer))),
      });
    });
    this.#clock.soon(ask);
    return promise.finally(() => {
      this.#requests -= 1;
      cancel();
    });
  }

  answer(topic: string, reply: (payload: string) => Promise<string>): () => void {
    assert(!this.#replies.has(topic), "a topic is answered once", topic);
    this.#replies.set(topic, reply);
    return () => this.#replies.delete(topic);
  }

  onState(listener: (state: BusState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#server.left(this);
    this.#subscriptions.clear();
    this.#replies.clear();
    this.broken();
    return Promise.resolve();
  }

  /** The server is in reach. */
  connected(): void {
    this.#become("connected");
  }

  /** The connection breaks. */
  broken(): void {
    this.#generation += 1;
    this.#become("away");
  }

  hears(topic: string): boolean {
    return this.#matching(topic).length > 0;
  }

  answers(topic: string): boolean {
    return this.#replies.has(topic);
  }

  receive(topic: string, payload: string): void {
    for (const { receive } of this.#matching(topic)) receive(payload, topic);
  }

  asked(topic: string, { payload, answer }: Question): void {
    // A reply that rejects is not sent: whoever asked learns by its deadline.
    this.#replies
      .get(topic)?.(payload)
      .then(answer, () => undefined);
  }

  #matching(topic: string): readonly Subscription[] {
    if (this.#state === "away") return [];
    const words = topic.split(".");
    return [...this.#subscriptions].filter(({ pattern }) => matches(words, pattern));
  }

  /** Does `task` unless the connection breaks before. */
  #onItsWay(task: () => void): () => void {
    const generation = this.#generation;
    return () => {
      if (generation === this.#generation) task();
    };
  }

  #become(state: BusState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

function matches(words: readonly string[], pattern: readonly string[]): boolean {
  return words.length === pattern.length && pattern.every((word, at) => word === "*" || word === words[at]);
}

function assertFits(payload: string, bytesMax: number): void {
  const bytes = Buffer.byteLength(payload);
  assert(bytes <= bytesMax, `a payload has at most ${bytesMax} bytes`, "bus", bytes);
}
