import type { Bus } from "../../engine/ports/bus.ts";
import type { Clock } from "../../engine/ports/clock.ts";

/** What a process does goes through its gate: one that is shut stands still, as if it was stopped; one that is shut for ever is dead. */
export class Gate {
  #waiting: (() => void)[] = [];
  #isShut = false;
  #isDead = false;

  get isOpen(): boolean {
    return !this.#isShut;
  }

  shut(): void {
    this.#isShut = true;
  }

  /** Everything that came meanwhile happens now. */
  open(): void {
    if (this.#isDead) return;
    this.#isShut = false;
    for (const task of this.#waiting.splice(0)) task();
  }

  kill(): void {
    this.#isShut = true;
    this.#isDead = true;
  }

  pass(task: () => void): void {
    if (this.#isShut) this.#waiting.push(task);
    else task();
  }

  get passed(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.pass(resolve);
    return promise;
  }

  clock(clock: Clock): Clock {
    return {
      nowMs: () => clock.nowMs(),
      after: (delayMs, task) => clock.after(delayMs, () => this.pass(task)),
      soon: (task) => clock.soon(() => this.pass(task)),
    };
  }

  bus(bus: Bus): Bus {
    return {
      get state() {
        return bus.state;
      },
      get payloadBytesMax() {
        return bus.payloadBytesMax;
      },
      get hasRoom() {
        return bus.hasRoom;
      },
      publish: (topic, payload) => this.isOpen && bus.publish(topic, payload),
      subscribe: (topic, receive) =>
        bus.subscribe(topic, (payload, at) => this.pass(() => receive(payload, at))),
      request: async (topic, payload, withinMs) => {
        await this.passed;
        return this.#back(bus.request(topic, payload, withinMs));
      },
      answer: (topic, reply) =>
        bus.answer(topic, async (payload) => {
          await this.passed;
          return this.#back(reply(payload));
        }),
      onState: (listener) => bus.onState((state) => this.pass(() => listener(state))),
      close: () => bus.close(),
    };
  }

  /** Every call of `port` takes `delayMs`, half of it before anything happens. */
  port<Port extends object>(port: Port, clock: Clock, delayMs: number): Port {
    const pause = async (): Promise<void> => {
      await new Promise<void>((resolve) => clock.after(delayMs / 2, resolve));
      await this.passed;
    };
    return new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return async (...given: readonly unknown[]) => {
          await pause();
          const settled = await Promise.allSettled([Reflect.apply(method, target, given) as unknown]);
          await pause();
          if (settled[0].status === "rejected") throw settled[0].reason;
          return settled[0].value;
        };
      },
    });
  }

  async #back<Value>(pending: Promise<Value>): Promise<Value> {
    const [settled] = await Promise.allSettled([pending]);
    await this.passed;
    if (settled.status === "rejected") throw settled.reason;
    return settled.value;
  }
}
