import { RequestFault, type Bus, type BusState } from "../../engine/ports/bus.ts";
import type { Clock } from "../../engine/ports/clock.ts";

/** A connection to a bus that can be silent: nothing goes out, or comes in, or both, and nobody is told. */
export class SilentBus implements Bus {
  isMute = false;
  isDeaf = false;
  readonly #bus: Bus;
  readonly #clock: Clock;

  constructor(bus: Bus, clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
  }

  set isSilent(isSilent: boolean) {
    this.isMute = isSilent;
    this.isDeaf = isSilent;
  }

  get state(): BusState {
    return this.#bus.state;
  }

  get payloadBytesMax(): number {
    return this.#bus.payloadBytesMax;
  }

  get hasRoom(): boolean {
    return this.#bus.hasRoom;
  }

  publish(topic: string, payload: string): boolean {
    return this.isMute || this.#bus.publish(topic, payload);
  }

  subscribe(topic: string, receive: (payload: string, topic: string) => void): () => void {
    return this.#bus.subscribe(topic, (payload, at) => {
      if (!this.isDeaf) receive(payload, at);
    });
  }

  request(topic: string, payload: string, withinMs: number): Promise<string> {
    if (!this.isMute && !this.isDeaf) return this.#bus.request(topic, payload, withinMs);
    return new Promise((_, reject) => {
      const late = new RequestFault("late", `${topic}: no answer in ${withinMs} ms`);
      this.#clock.after(withinMs, () => reject(late));
    });
  }

  answer(topic: string, reply: (payload: string) => Promise<string>): () => void {
    return this.#bus.answer(topic, async (payload) => {
      const answer = this.isDeaf ? undefined : await reply(payload);
      return answer === undefined || this.isMute ? new Promise<never>(() => undefined) : answer;
    });
  }

  onState(listener: (state: BusState) => void): () => void {
    return this.#bus.onState(listener);
  }

  close(): Promise<void> {
    return this.#bus.close();
  }
}
