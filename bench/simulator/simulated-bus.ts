import { RequestFault, type Bus, type BusState } from "../../engine/ports/bus.ts";
import type { SimulatedBusServer } from "./simulated-bus-server.ts";
import { asError } from "./as-error.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** One thread's connection to the bus: whatever comes over it may be lost, late, overtaken or there twice. */
export class SimulatedBus implements Bus {
  readonly process: SimulatedProcess;
  readonly #server: SimulatedBusServer;
  readonly #inner: Bus;
  readonly #listeners = new Set<(state: BusState) => void>();
  #state: BusState;
  /** Raised when the connection breaks: what is on its way then has an earlier one. */
  #generation = 0;
  /** What comes in its order. */
  readonly #incoming: (() => void)[] = [];
  #arrivesAtUs = 0;

  constructor(process: SimulatedProcess, server: SimulatedBusServer, inner: Bus) {
    this.process = process;
    this.#server = server;
    this.#inner = inner;
    this.#state = server.stateFor(process);
    process.onEnd(() => void inner.close());
  }

  get state(): BusState {
    return this.#state;
  }

  get payloadBytesMax(): number {
    return this.#inner.payloadBytesMax;
  }

  get hasRoom(): boolean {
    return this.#state === "connected";
  }

  publish(topic: string, payload: string): boolean {
    if (!this.process.alive || !this.hasRoom) return false;
    return this.#server.isMute(this.process) || this.#inner.publish(topic, payload);
  }

  subscribe(topic: string, receive: (payload: string, topic: string) => void): () => void {
    return this.#inner.subscribe(topic, (payload, of) => this.#arrives(() => receive(payload, of)));
  }

  request(topic: string, payload: string, withinMs: number): Promise<string> {
    if (!this.hasRoom) return Promise.reject(new RequestFault("away", "the bus is away"));
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const late = (): void => reject(new RequestFault("late", `${topic}: no answer in ${withinMs} ms`));
    const cancel = this.process.plan(withinMs, late);
    const ask = (): void => {
      this.#inner.request(topic, payload, withinMs).then(
        (answer) => this.#arrives(() => resolve(answer)),
        (error: unknown) => this.#arrives(() => reject(asError(error))),
      );
    };
    if (!this.#server.isMute(this.process)) this.#server.carry(ask);
    return promise.finally(cancel);
  }

  answer(topic: string, reply: (payload: string) => Promise<string>): () => void {
    return this.#inner.answer(topic, (payload) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      this.#arrives(() => {
        reply(payload).then((answer) => {
          if (!this.#server.isMute(this.process) && this.hasRoom) resolve(answer);
        }, reject);
      });
      return promise;
    });
  }

  onState(listener: (state: BusState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** The connection has broken, or there is another one. */
  look(): void {
    const state = this.#server.stateFor(this.process);
    if (state === this.#state) return;
    this.#state = state;
    this.#generation += 1;
    this.process.run(() => {
      for (const listener of this.#listeners) listener(state);
    });
  }

  /** Does `task` in the process when the message is there, if it comes. */
  #arrives(task: () => void): void {
    const { agenda, faults } = this.#server;
    const generation = this.#generation;
    const arrived = (): void => {
      if (generation === this.#generation && !this.#server.isDeaf(this.process)) task();
    };
    if (faults.strikes("drop") !== undefined) return;
    const twice = faults.strikes("duplicate");
    if (twice !== undefined) this.process.plan(twice.below(400), arrived);
    const strayMs = this.#server.strayMs();
    if (strayMs !== undefined) {
      this.process.plan(strayMs, arrived);
      return;
    }
    this.#incoming.push(arrived);
    this.#arrivesAtUs = Math.max(this.#arrivesAtUs, agenda.nowUs + this.#server.latencyUs());
    this.process.plan((this.#arrivesAtUs - agenda.nowUs) / 1_000, () => this.#incoming.shift()?.());
  }
}
